#!/usr/bin/env python3
# tests/acceptance/postgres_wire.py - says the same bytes to two Postgres servers and compares every message of their answers.
#
#     postgres_wire.py FAKE_PORT REAL_PORT [CASE]
#
# Both trust who comes from 127.0.0.1 as postgres to the database tsb. A case is a list of steps; each is sent as one piece, and ends when
# the server is ready, has hung up, or has said nothing for a while. What differs between any two servers is left out: process ids, keys,
# where in the server's source an error was raised, and its minor version. Prints "ok - NAME" or "not ok - NAME: ...", as lib.sh does.
import socket
import struct
import sys

SILENCE_S = 0.3


# ---- what a client says ----

def message(kind, body=b''):
    return kind.encode() + struct.pack('!I', len(body) + 4) + body


def text(value):
    return value.encode() + b'\0'


def startup(*pairs, protocol=196608):
    body = struct.pack('!I', protocol) + b''.join(text(word) for word in pairs) + b'\0'
    return struct.pack('!I', len(body) + 4) + body


def request(code, body=b''):
    return struct.pack('!II', 8 + len(body), code) + body


def Q(sql):
    return message('Q', text(sql))


def P(name, sql, *types):
    return message('P', text(name) + text(sql) + struct.pack('!H', len(types)) +
                   b''.join(struct.pack('!I', oid) for oid in types))


def B(portal, name, values=(), formats=(), results=()):
    body = text(portal) + text(name) + struct.pack('!H', len(formats)) + b''.join(struct.pack('!h', f) for f in formats)
    body += struct.pack('!H', len(values))
    for value in values:
        if value is None:
            body += struct.pack('!i', -1)
        else:
            value = value.encode() if isinstance(value, str) else value
            body += struct.pack('!I', len(value)) + value
    return message('B', body + struct.pack('!H', len(results)) + b''.join(struct.pack('!h', f) for f in results))


def D(kind, name=''):
    return message('D', kind.encode() + text(name))


def C(kind, name=''):
    return message('C', kind.encode() + text(name))


def E(portal='', most=0):
    return message('E', text(portal) + struct.pack('!I', most))


S = message('S')
H = message('H')
X = message('X')


def d(data):
    return message('d', data if isinstance(data, bytes) else data.encode())


c = message('c')


def f(why):
    return message('f', text(why))


# ---- what a server says ----

class Connection:
    def __init__(self, port, *pairs):
        self.socket = socket.create_connection(('127.0.0.1', port), 5)
        self.bytes = b''
        if pairs:
            self.socket.sendall(startup(*pairs))
            self.read()

    def read(self, often=1):
        """The messages up to so many ReadyForQuery, the end, or silence."""
        said = []
        self.socket.settimeout(SILENCE_S)
        while True:
            while len(self.bytes) >= 5:
                size = struct.unpack('!I', self.bytes[1:5])[0]
                if len(self.bytes) < 1 + size:
                    break
                kind, body = chr(self.bytes[0]), self.bytes[5:1 + size]
                self.bytes = self.bytes[1 + size:]
                said.append(show(kind, body))
                often -= kind == 'Z'
                if kind == 'Z' and often <= 0 and not self.bytes:
                    return said
            try:
                got = self.socket.recv(65536)
            except socket.timeout:
                return said + ([repr(self.bytes)] if self.bytes else []) + ['...']
            except ConnectionError:
                got = b''
            if not got:
                return said + ([repr(self.bytes)] if self.bytes else []) + ['end']
            self.bytes += got

    def say(self, what):
        try:
            self.socket.sendall(what)
        except OSError:
            pass
        return self.read(what.count(S))


def show(kind, body):
    if kind in 'EN':
        fields = {part[:1].decode(): part[1:].decode() for part in body.split(b'\0') if part}
        return kind + ' ' + ' '.join(f'{key}={fields[key]}' for key in 'SVCMDHPW' if key in fields)
    if kind == 'S' and body.startswith(b'server_version\0'):
        return 'S server_version'
    if kind == 'K':
        return 'K'
    if kind == 'T':
        columns, at = [], 2
        for _ in range(struct.unpack('!H', body[:2])[0]):
            end = body.index(b'\0', at)
            _, _, oid, size, mod, form = struct.unpack('!IHIhih', body[end + 1:end + 19])
            columns.append(f'{body[at:end].decode()}:{oid}:{size}:{mod}:{form}')
            at = end + 19
        return 'T ' + ' '.join(columns)
    return f'{kind} {body!r}'


# ---- cases ----

LOGIN = ('user', 'postgres', 'database', 'tsb')
IN = [('in',) + LOGIN]

RAW = {
    'protocol 2.0': [startup(*LOGIN, protocol=131072)],
    'protocol 4.0': [startup(*LOGIN, protocol=4 << 16)],
    'protocol 3.1': [startup(*LOGIN, protocol=196609)],
    'protocol 3.7 with options': [startup(*LOGIN, '_pq_.a', '1', '_pq_.b', 'x', protocol=196615)],
    'an option': [startup(*LOGIN, '_pq_.a', '1')],
    'no user': [startup('database', 'tsb')],
    'nothing': [startup()],
    'a packet without an end': [struct.pack('!II', 8 + 9, 196608) + b'user\0tsb\0'],
    'a parameter without a value': [struct.pack('!II', 8 + 5, 196608) + b'user\0'],
    'a length of 0': [struct.pack('!I', 0) + b'x' * 8],
    'a length of 7': [struct.pack('!I', 7) + b'x' * 8],
    'a length of 10001': [struct.pack('!I', 10001) + b'x' * 100],
    'HTTP': [b'GET / HTTP/1.1\r\n\r\n'],
    'TLS without asking': [b'\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03' + b'x' * 100],
    'a cancel of nobody': [request(80877102, struct.pack('!II', 1, 2))],
    'a cancel that is too short': [request(80877102, struct.pack('!I', 1))],
    'a cancel that is too long': [request(80877102, struct.pack('!III', 1, 2, 3))],
    'an unknown special code': [request(80877105)],
    'an unknown setting': [startup(*LOGIN, 'nope', '1')],
    'a bad replication': [startup(*LOGIN, 'replication', 'maybe')],
    'a bad encoding': [startup(*LOGIN, 'client_encoding', 'nope')],
    'switches': [startup(*LOGIN, 'options', '-c statement_timeout=5s'), Q('SHOW statement_timeout')],
    'a switch that is none': [startup(*LOGIN, 'options', '-z')],
    'read only by default': [startup(*LOGIN, 'options', '-c default_transaction_read_only=on'), Q('SHOW transaction_read_only')],
    'the greeting': [startup(*LOGIN)],
    'the greeting, with a name': [startup(*LOGIN, 'application_name', 'me')],
    'no such database': [startup('user', 'postgres', 'database', 'nope')],
    'no such role': [startup('user', 'nobody', 'database', 'tsb')],
    'a role that may not log in': [startup('user', 'nolog', 'database', 'tsb')],
    'a database that is shut': [startup('user', 'postgres', 'database', 'shut')],
}

SESSION = {
    'simple': [Q('SELECT 1 AS a')],
    'an empty query': [Q('')],
    'only blanks': [Q('  ; ;')],
    'several statements': [Q("SELECT 1 AS a; SELECT 2 AS b")],
    'an error stops the rest': [Q('SELECT 1; SELECT nope; SELECT 2')],
    'a syntax error anywhere stops all': [Q('SELECT 1; selec; SELECT 2')],
    'an implicit transaction is undone': [Q("SET application_name = 'x'; SELECT nope"), Q('SHOW application_name')],
    'begin in the middle': [Q('SELECT 1; BEGIN; SELECT 2'), Q('SELECT 3'), Q('COMMIT')],
    'commit in the middle': [Q('SELECT 1; COMMIT; SELECT 2')],
    'rollback in the middle': [Q("SET application_name = 'x'; ROLLBACK; SHOW application_name"), Q('SHOW application_name')],
    'begin and commit in one': [Q('BEGIN; SELECT 1; COMMIT')],
    'begin twice': [Q('BEGIN'), Q('BEGIN'), Q('ROLLBACK')],
    'rollback without': [Q('ROLLBACK')],
    'a failed transaction': [Q('BEGIN'), Q('SELECT nope'), Q('SELECT 1'), Q('SHOW TimeZone'), Q('SET application_name = x'), Q('BEGIN'), Q('COMMIT')],
    'a failed transaction, rolled back': [Q('BEGIN'), Q('SELECT nope'), Q('ROLLBACK'), Q('SELECT 1')],
    'a failed transaction and a syntax error': [Q('BEGIN'), Q('SELECT nope'), Q('selec'), Q('ROLLBACK')],
    'a failed transaction and nothing': [Q('BEGIN'), Q('SELECT nope'), Q(''), Q('ROLLBACK')],
    'settings in a transaction': [Q('BEGIN'), Q("SET application_name = 'x'"), Q('ROLLBACK'), Q('SHOW application_name')],
    'settings of a transaction': [Q('BEGIN'), Q("SET LOCAL application_name = 'x'"), Q('SHOW application_name'), Q('COMMIT'), Q('SHOW application_name')],
    'settings that stay': [Q('BEGIN'), Q("SET application_name = 'x'"), Q('COMMIT'), Q('SHOW application_name')],
    'SET LOCAL outside': [Q("SET LOCAL application_name = 'x'"), Q('SHOW application_name')],
    'reports': [Q("SET application_name = 'x'"), Q("SET TimeZone = 'UTC'"), Q("SET DateStyle = 'SQL, DMY'"), Q("SET client_encoding = 'LATIN1'"),
                Q('SET standard_conforming_strings = off'), Q("SET IntervalStyle = 'iso_8601'"), Q('SET default_transaction_read_only = on'), Q('RESET ALL')],
    'a report once': [Q("SET application_name = 'a'; SET application_name = 'b'"), Q("SET application_name = 'b'")],
    'no report of what was undone': [Q("BEGIN; SET application_name = 'a'; ROLLBACK")],
    'read only': [Q('BEGIN READ ONLY'), Q('SHOW transaction_read_only'), Q('COMMIT'), Q('SHOW transaction_read_only')],
    'all in one': [P('', 'SELECT 1 AS a') + B('', '') + D('P') + E() + S],
    'flush': [P('', 'SELECT 1 AS a') + H, B('', '') + H, D('P') + H, E() + H, S],
    'nothing comes without flush': [P('', 'SELECT 1 AS a') + B('', ''), S],
    'Describe of both': [P('s', 'SELECT 1 AS a') + D('S', 's') + B('p', 's') + D('P', 'p') + S],
    'Describe of a parameter': [P('s', 'SELECT $1::int4 AS a, $2::text AS b') + D('S', 's') + S],
    'Describe of a portal in binary': [P('', "SELECT 1 AS a, 'x'::text AS b") + B('', '', results=(1, 0)) + D('P') + E() + S],
    'Describe of what gives no rows': [P('', 'BEGIN') + D('S') + B('', '') + D('P') + S],
    'Describe of nothing': [P('', '') + D('S') + B('', '') + D('P') + E() + S],
    'Describe of what is not': [D('S', 'nope') + S, D('P', 'nope') + S, D('S') + S, D('P') + S],
    'Describe of neither': [D('X') + S],
    'Close of neither': [C('X') + S],
    'Close of nothing': [C('S', 'nope') + C('P', 'nope') + C('S') + C('P') + S],
    'closed and gone': [P('s', 'SELECT 1') + C('S', 's') + B('', 's') + S],
    'closed with a portal on it': [P('s', 'SELECT 1 AS a') + B('p', 's') + C('S', 's') + E('p') + S],
    'a portal closed': [P('', 'SELECT 1') + B('p', '') + C('P', 'p') + E('p') + S],
    'no such statement': [B('', 'nope') + E() + S, B('', '') + S],
    'no such portal': [E('nope') + S, E() + S],
    'a statement twice': [P('s', 'SELECT 1') + P('s', 'SELECT 2') + S],
    'a portal twice': [P('', 'SELECT 1') + B('p', '') + B('p', '') + S],
    'the unnamed ones are replaced': [P('', 'SELECT 1 AS a') + P('', 'SELECT 2 AS b') + B('', '') + B('', '') + D('P') + E() + S],
    'a statement lives on': [P('s', 'SELECT 1 AS a') + S, B('', 's') + E() + S, Q('SELECT 1'), B('', 's') + E() + S],
    'the unnamed statement ends with a simple query': [P('', 'SELECT 1 AS a') + S, Q('SELECT 1'), B('', '') + S],
    'a statement outlives what failed': [Q('BEGIN'), P('s', 'SELECT 1 AS a') + S, Q('ROLLBACK'), B('', 's') + E() + S],
    'a portal ends with Sync': [P('', 'SELECT 1') + B('p', '') + S, E('p') + S],
    'and lives on in a transaction': [Q('BEGIN'), P('', 'SELECT 1') + B('p', '') + S, E('p') + S, Q('COMMIT'), E('p') + S],
    'the unnamed portal in a transaction': [Q('BEGIN'), P('', 'SELECT 1') + B('', '') + S, E() + S, Q('SELECT 1'), E() + S, Q('ROLLBACK')],
    'row by row': [P('', 'SELECT key FROM tenants ORDER BY key') + B('', '') + E('', 1) + E('', 1) + E('', 1) + S],
    'row by row, all at last': [P('', 'SELECT key FROM tenants ORDER BY key') + B('', '') + E('', 1) + E() + E() + S],
    'exactly as many': [P('', 'SELECT 1') + B('', '') + E('', 1) + E('', 1) + S],
    'done is done': [P('', 'SELECT 1') + B('', '') + E() + E() + S],
    'a statement without rows twice': [P('', "SET application_name = 'x'") + B('', '') + E() + E() + S],
    'a negative limit': [P('', 'SELECT 1') + B('', '') + E('', 0xffffffff) + S],
    'an error skips to Sync': [P('', 'selec') + B('', '') + D('P') + E() + C('S') + H, Q('SELECT 1'), S, Q('SELECT 1')],
    'an error in Bind': [P('', 'SELECT $1::int4') + B('', '', ['x']) + E() + S],
    'an error in a transaction': [Q('BEGIN'), P('', 'selec') + S, P('', 'SELECT 1') + S, P('', 'ROLLBACK') + B('', '') + E() + S],
    'a bind in a failed transaction': [P('s', 'SELECT 1') + P('c', 'COMMIT') + S, Q('BEGIN'), Q('selec'), B('', 's') + S, B('', 'c') + E() + S],
    'describe in a failed transaction': [P('s', 'SELECT 1') + P('c', 'COMMIT') + S, Q('BEGIN'), Q('selec'), D('S', 's') + S, D('S', 'c') + S, Q('ROLLBACK')],
    'a pipeline is one transaction': [P('', "SET application_name = 'x'") + B('', '') + E() + P('', 'SELECT nope') + S, Q('SHOW application_name')],
    'a pipeline with a sync in the middle': [P('', "SET application_name = 'x'") + B('', '') + E() + S + P('', 'SELECT nope') + S, Q('SHOW application_name')],
    'begin in a pipeline': [P('', 'BEGIN') + B('', '') + E() + P('', 'SELECT 1') + B('', '') + E() + S, Q('COMMIT')],
    'commit in a pipeline': [P('', "SET application_name = 'x'") + B('', '') + E() + P('', 'COMMIT') + B('', '') + E() + S],
    'two commands in one': [P('', 'SELECT 1; SELECT 2') + S],
    'parameters': [P('', 'SELECT $1::text AS a') + B('', '', ['x']) + E() + S],
    'NULL': [P('', 'SELECT $1::text AS a') + B('', '', [None]) + E() + S],
    'a parameter too few': [P('', 'SELECT $1::text') + B('', '') + S],
    'a parameter too many': [P('s', 'SELECT 1') + B('', 's', ['x']) + S],
    'a parameter of no type': [P('', 'SELECT $1') + D('S') + S],
    'types given': [P('', 'SELECT $1 AS a', 23) + D('S') + B('', '', ['7']) + E() + S],
    'a type of 0': [P('', 'SELECT $1 AS a', 0) + D('S') + S],
    'more types than parameters': [P('', 'SELECT 1 AS a', 23, 25) + D('S') + S],
    'binary in, text out': [P('', 'SELECT $1::int4 AS a') + B('', '', [struct.pack('!i', 7)], (1,)) + E() + S],
    'binary in and out': [P('', 'SELECT $1::int4 AS a, $2::int8 AS b, $3::bool AS c, $4::text AS d') +
                          B('', '', [struct.pack('!i', 7), struct.pack('!q', -7), b'\x01', 'x'], (1,), (1,)) + E() + S],
    'binary of other types': [P('', "SELECT '0/3000060'::pg_lsn AS a, 1.5::numeric AS b, 'n'::name AS c") + B('', '', (), (), (1,)) + E() + S],
    'one format each': [P('', 'SELECT $1::int4 AS a, $2::int4 AS b') + B('', '', [struct.pack('!i', 7), '8'], (1, 0), (0, 1)) + E() + S],
    'too many formats': [P('', 'SELECT $1::int4 AS a') + B('', '', ['7'], (0, 0)) + E() + S],
    'too many result formats': [P('', 'SELECT 1 AS a') + B('', '', (), (), (0, 1)) + E() + S],
    'a format that is none': [P('', 'SELECT $1::int4 AS a') + B('', '', ['7'], (2,)) + S],
    'a result format that is none': [P('', 'SELECT 1 AS a') + B('', '', (), (), (7,)) + E() + S],
    'too few binary bytes': [P('', 'SELECT $1::int4 AS a') + B('', '', [b'\0\0'], (1,)) + S],
    'too many binary bytes': [P('', 'SELECT $1::int4 AS a') + B('', '', [b'\0\0\0\0\0'], (1,)) + S],
    'a text that is no number': [P('', 'SELECT $1::int4 AS a') + B('', '', ['x']) + S],
    'a number that is too large': [P('', 'SELECT $1::int4 AS a') + B('', '', ['99999999999']) + S],
    'a Bind that ends too early': [P('', 'SELECT 1') + message('B', b'\0\0\0') + S],
    'a Bind that goes on': [P('', 'SELECT 1') + message('B', b'\0\0\0\0\0\0\0\0xx') + S],
    'a Parse that ends too early': [message('P', b'\0') + S],
    'a Parse that goes on': [message('P', b'\0SELECT 1\0\0\0xx') + S],
    'an Execute that ends too early': [message('E', b'\0') + S],
    'a Sync with a body': [message('S', b'x')],
    'a Query without an end': [message('Q', b'SELECT 1')],
    'a Query that goes on': [message('Q', b'SELECT 1\0xx')],
    'a message of no kind': [message('!')],
    'a message of a server': [message('T')],
    'a length of 3': [b'Q\0\0\0\3'],
    'a function call that is too short': [message('F', b'\0')],
    'COPY messages without a COPY': [d('x') + c + f('why'), Q('SELECT 1')],
    'a password out of place': [message('p', b'x\0')],
    'terminate': [X],
    'COPY TO': [Q('COPY (SELECT key, value FROM tenants ORDER BY key) TO STDOUT')],
    'COPY TO of a table': [Q('COPY tenants (key) TO STDOUT')],
    'COPY TO in CSV': [Q("COPY (SELECT 1 AS a, 'x,\"y\"' AS b, NULL AS c, '' AS d) TO STDOUT WITH (FORMAT csv, HEADER)")],
    'COPY TO in old CSV': [Q("COPY (SELECT 1 AS a, 'x' AS b) TO STDOUT CSV HEADER")],
    'COPY TO in binary': [Q("COPY (SELECT 1 AS a, 'x'::text AS b, NULL::text AS c) TO STDOUT (FORMAT binary)")],
    'COPY TO escapes': [Q("COPY (SELECT 'a\tb\nc\\d' AS a, NULL AS b) TO STDOUT")],
    'COPY TO with a delimiter': [Q("COPY (SELECT 1 AS a, 2 AS b, NULL AS c) TO STDOUT (DELIMITER '|', NULL 'nil')")],
    'COPY TO of what is not': [Q('COPY nope TO STDOUT'), Q('COPY tenants (nope) TO STDOUT'), Q('COPY (SELECT nope) TO STDOUT')],
    'COPY with others': [Q('SELECT 1; COPY (SELECT 2) TO STDOUT; SELECT 3')],
    'COPY extended': [P('', 'COPY (SELECT 1) TO STDOUT') + B('', '') + D('P') + E() + S],
    'COPY options that are wrong': [Q('COPY tenants TO STDOUT (FORMAT nope)'), Q('COPY tenants TO STDOUT (nope)'), Q("COPY tenants TO STDOUT (FORMAT csv, FORMAT csv)"),
                                    Q("COPY tenants TO STDOUT (DELIMITER 'ab')"), Q("COPY tenants TO STDOUT (FORMAT binary, DELIMITER ',')"), Q('COPY tenants TO STDOUT (HEADER)')],
    'COPY FROM': [Q('BEGIN'), Q('COPY organizations FROM STDIN'), d('organizations/a\t{"name": "a"}\n') + d('organizations/b\t[1]\n') + c, Q('ROLLBACK'), Q('SELECT count(*) FROM organizations')],
    'COPY FROM in pieces': [Q('BEGIN'), Q('COPY organizations FROM STDIN'), d('organizations/x\t{"na') + d('me": "a"}\norganizations/y') + d('\t{}') + c, Q('ROLLBACK')],
    'COPY FROM that fails': [Q('COPY organizations FROM STDIN'), d('a\t{}\n') + f('no more'), Q('SELECT 1')],
    'COPY FROM with an end': [Q('BEGIN'), Q('COPY organizations FROM STDIN'), d('organizations/x\t{}\n\\.\n') + c, Q('ROLLBACK')],
    'COPY FROM: a column too few': [Q('COPY organizations FROM STDIN'), d('a\n') + c, Q('SELECT 1')],
    'COPY FROM: a column too many': [Q('COPY organizations FROM STDIN'), d('a\t{}\tb\n') + c],
    'COPY FROM: NULL': [Q('COPY organizations FROM STDIN'), d('\\N\t{}\n') + c],
    'COPY FROM: what is there already': [Q('COPY tenants FROM STDIN'), d('tenants/retail\t{}\n') + c, Q('SELECT count(*) FROM tenants')],
    'COPY FROM: what came twice': [Q('COPY organizations FROM STDIN'), d('organizations/a\t{}\norganizations/a\t{}\n') + c],
    'COPY FROM: one column': [Q('COPY organizations (key) FROM STDIN'), d('organizations/a\n') + c],
    'COPY FROM: columns the other way round': [Q('BEGIN'), Q('COPY organizations (value, key) FROM STDIN'), d('{}\torganizations/a\n') + c, Q('ROLLBACK')],
    'COPY FROM with others': [Q('BEGIN; COPY organizations FROM STDIN; SELECT 1 AS a; ROLLBACK'), d('organizations/a\t{}\n') + c],
    'COPY FROM with others, failing': [Q('SELECT 1 AS a; COPY organizations FROM STDIN; SELECT 2 AS b'), f('no')],
    'COPY FROM twice in one': [Q('COPY organizations FROM STDIN; COPY organizations FROM STDIN; SELECT nope'), c, c],
    'COPY FROM: data after an error': [Q('COPY organizations FROM STDIN'), d('a\n') + d('b\t{}\n') + d('c\t{}\n') + c, Q('SELECT 1')],
    'COPY FROM: nothing': [Q('COPY organizations FROM STDIN'), c],
    'COPY FROM: another message': [Q('COPY organizations FROM STDIN'), Q('SELECT 1')],
    'COPY FROM: flush and sync are nothing': [Q('COPY organizations FROM STDIN'), H + S + c],
    'COPY FROM: the client leaves': [Q('COPY organizations FROM STDIN'), X],
    'COPY FROM of what is not': [Q('COPY nope FROM STDIN'), Q('COPY organizations (nope) FROM STDIN')],
    'COPY FROM in CSV': [Q('BEGIN'), Q('COPY organizations FROM STDIN (FORMAT csv)'), d('organizations/q,"{""name"": ""q""}"\n') + c, Q('ROLLBACK')],
    'COPY FROM extended': [Q('BEGIN'), P('', 'COPY organizations FROM STDIN') + B('', '') + E() + S, d('organizations/q\t{}\n') + c + S, Q('ROLLBACK')],
    'COPY FROM in a failed transaction': [Q('BEGIN'), Q('selec'), Q('COPY organizations FROM STDIN'), Q('ROLLBACK')],
}


def play(port, steps, is_raw):
    connection = Connection(port) if is_raw else Connection(port, *LOGIN)
    said = [connection.say(step) for step in steps]
    connection.socket.close()
    return said


def main():
    fake, real = int(sys.argv[1]), int(sys.argv[2])
    only = sys.argv[3:] or None
    for cases, is_raw in ((RAW, True), (SESSION, False)):
        for name, steps in cases.items():
            if only and name not in only:
                continue
            expected, actual = play(real, steps, is_raw), play(fake, steps, is_raw)
            if expected == actual:
                print(f'ok - {name}, as the real one')
            else:
                for step, (want, got) in enumerate(zip(expected, actual)):
                    if want != got:
                        print(f'  step {step}\n    real {want}\n    fake {got}')
                print(f'not ok - {name}, as the real one: answers differ')


main()
