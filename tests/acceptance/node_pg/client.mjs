// tests/acceptance/node_pg/client.mjs - what npm's pg sees of a Postgres: node client.mjs PORT. Prints it, to be compared.
import pg from 'pg'

const options = { host: '127.0.0.1', port: Number(process.argv[2]), user: 'postgres', password: 'secret', database: 'postgres' }
const secured = { ...options, ssl: { rejectUnauthorized: false } }

async function refused(what, promise) {
    try {
        await promise
        console.log(what, 'was taken')
    } catch (error) {
        console.log(what, error.severity, error.code, error.message, error.position, error.routine)
    }
}

async function ask(client) {
    const one = await client.query('SELECT 1 AS one, true AS yes, NULL AS nothing, 1.5 AS real')
    console.log(one.command, one.rowCount, JSON.stringify(one.rows), one.fields.map((f) => [f.name, f.dataTypeID, f.format].join()).join(' '))
    const given = await client.query('SELECT $1::int4 AS n, $2::text AS t, $3::bool AS b', [70000, "o'clock", false])
    console.log(JSON.stringify(given.rows))
    for (const key of ['tenants/payments', 'tenants/nope']) {
        const found = await client.query({ name: 'by-key', text: 'SELECT key, value FROM tenants WHERE key = $1', values: [key] })
        console.log(found.rowCount, JSON.stringify(found.rows))
    }
    const rows = await client.query({ text: 'SELECT key FROM tenants ORDER BY key', rowMode: 'array' })
    console.log(JSON.stringify(rows.rows))
    const both = await client.query("SELECT 1; SET application_name = 'node'; SHOW application_name")
    console.log(both.map((result) => result.command).join())
    await refused('a column', client.query('SELECT nope FROM tenants'))
    await refused('a parameter', client.query('SELECT $1::int4', ['x']))
    await client.query('BEGIN')
    await refused('in a transaction', client.query('SELECT 1/0'))
    await refused('after an error', client.query('SELECT 1'))
    console.log((await client.query('ROLLBACK')).command)
}

async function single(what, how) {
    const client = new pg.Client(how)
    await client.connect()
    console.log(what)
    await ask(client)
    await client.end()
}

await single('clear', options)
await single('TLS', secured)
await refused('a password', new pg.Client({ ...options, password: 'wrong' }).connect())
await refused('a database', new pg.Client({ ...options, database: 'nodb' }).connect())

const pool = new pg.Pool({ ...secured, max: 4 })
const answers = await Promise.all([...Array(20).keys()].map((n) => pool.query('SELECT $1::int4 AS n', [n])))
console.log(answers.map((answer) => answer.rows[0].n).join())
await pool.end()

const hurried = new pg.Client({ ...options, statement_timeout: 100 })
await hurried.connect()
await refused('a statement that takes too long', hurried.query('SELECT pg_sleep(60)'))
await hurried.end()
