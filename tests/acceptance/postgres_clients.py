# tests/acceptance/postgres_clients.py - what psycopg2 or psycopg sees of a Postgres. Prints it, to be compared.
#
#     postgres_clients.py psycopg2|psycopg|replication PORT

import importlib
import sys

PLACE = f'host=127.0.0.1 port={sys.argv[2]} user=postgres password=secret dbname=postgres'


def refused(driver, what, act):
    try:
        act()
        print(what, 'was taken')
    except driver.Error as error:
        diag = getattr(error, 'diag', None)
        print(what, type(error).__name__, diag and diag.sqlstate, diag and diag.message_primary, diag and diag.statement_position)


def ask(driver, connection):
    cursor = connection.cursor()
    cursor.execute("SELECT 1 AS one, true AS yes, NULL AS nothing, 1.5 AS real, '0/10'::pg_lsn AS lsn, %s::text AS said", ("o'clock",))
    print([(column.name, column.type_code) for column in cursor.description], cursor.fetchall())
    cursor.execute('SELECT key, value FROM tenants WHERE key LIKE %s ORDER BY key', ('tenants/%',))
    print(cursor.rowcount, cursor.fetchone(), cursor.fetchall())
    connection.commit()
    refused(driver, 'a column', lambda: cursor.execute('SELECT nope FROM tenants'))
    refused(driver, 'after an error', lambda: cursor.execute('SELECT 1'))
    connection.rollback()
    cursor.execute("SET application_name = 'x'")
    connection.rollback()
    cursor.execute('SHOW application_name')
    print(cursor.fetchall(), connection.info.transaction_status)
    with connection:
        cursor.execute('SELECT pg_is_in_recovery(), current_database()')
        print(cursor.fetchone())


def drive(name):
    driver = importlib.import_module(name)
    for mode in ('disable', 'require'):
        connection = driver.connect(f'{PLACE} sslmode={mode}')
        print(mode, int(connection.info.server_version) // 10000, connection.info.parameter_status('server_encoding'))
        ask(driver, connection)
        connection.close()
    connection = driver.connect(PLACE)
    connection.autocommit = True
    refused(driver, 'a statement that takes too long', lambda: connection.cursor().execute('SET statement_timeout = 50; SELECT pg_sleep(60)'))
    refused(driver, 'a write where none may be', lambda: connection.cursor().execute('BEGIN READ ONLY; DELETE FROM tenants'))
    connection.close()
    refused(driver, 'a database', lambda: driver.connect(PLACE + 'nodb'))


# psycopg2 is a physical walsender's client too.
def replicate():
    import psycopg2
    from psycopg2.extras import PhysicalReplicationConnection

    connection = psycopg2.connect(PLACE, connection_factory=PhysicalReplicationConnection)
    cursor = connection.cursor()
    cursor.execute('IDENTIFY_SYSTEM')
    system, timeline, lsn, database = cursor.fetchone()
    print(len(system) > 18, timeline, database)
    high, low = (int(part, 16) for part in lsn.split('/'))
    segment = (high << 32 | low) & ~0xffffff
    cursor.create_replication_slot('clients')
    cursor.start_replication('clients', start_lsn=f'{segment >> 32:X}/{segment & 0xffffffff:X}', timeline=1)
    message = None
    while message is None:
        message = cursor.read_message()
    print(message.data_start == segment, message.payload[:2].hex(), len(message.payload) > 60)
    cursor.send_feedback(flush_lsn=segment)
    connection.close()


if sys.argv[1] == 'replication':
    replicate()
else:
    drive(sys.argv[1])
