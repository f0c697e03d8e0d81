"""Looks at processes of the stage from outside, in the host's /proc: argument is the process id of the stage's first process.

Request: `look` (uid) answers `seen` with every process of this user in the stage's namespaces, its sockets and its parents.
"""
import os
import socket
import struct
import sys
import time

from lines import say, serve

FIRST = sys.argv[1]
TICKS = os.sysconf('SC_CLK_TCK')
TABLES = {
    'tcp': 'tcp', 'tcp6': 'tcp', 'udp': 'udp', 'udp6': 'udp', 'raw': 'raw', 'raw6': 'raw', 'icmp': 'ping', 'packet': 'packet',
}


def text(path):
    with open(path, 'rb') as file:
        return file.read()


def words(data):
    return [part.decode('utf-8', 'replace') for part in data.split(b'\0')[:-1]]


def boot():
    for line in text('/proc/stat').decode().splitlines():
        if line.startswith('btime '):
            return int(line.split()[1]) * 1000


def container_of(pid):
    for line in text(f'/proc/{pid}/cgroup').decode().splitlines():
        for part in reversed(line.replace('.scope', '').split('/')):
            name = part.rpartition('-')[2]
            if len(name) == 64 and all(letter in '0123456789abcdef' for letter in name):
                return name
    return None


def status_of(pid):
    return dict(
        line.split(':\t', 1) for line in text(f'/proc/{pid}/status').decode('utf-8', 'replace').splitlines() if ':\t' in line
    )


def end(written):
    address, port = written.split(':')
    raw = bytes.fromhex(address)
    groups = b''.join(struct.pack('>I', struct.unpack('<I', raw[at : at + 4])[0]) for at in range(0, len(raw), 4))
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return {'address': socket.inet_ntop(family, groups).removeprefix('::ffff:'), 'port': int(port, 16)}


def sockets_by_inode():
    found = {}
    for table, kind in TABLES.items():
        try:
            rows = text(f'/proc/{FIRST}/net/{table}').decode().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            cells = row.split()
            if kind == 'packet':
                found[cells[8]] = {'kind': kind}
            else:
                found[cells[9]] = {'kind': kind, 'local': end(cells[1]), 'remote': end(cells[2])}
    return found


def sockets_of(pid, known):
    found = []
    for name in sorted(os.listdir(f'/proc/{pid}/fd'), key=int):
        try:
            target = os.readlink(f'/proc/{pid}/fd/{name}')
        except FileNotFoundError:
            continue
        if target.startswith('socket:['):
            found.append({'fd': int(name), **known.get(target[8:-1], {'kind': 'other'})})
        elif target == 'anon_inode:[io_uring]':
            found.append({'fd': int(name), 'kind': 'io_uring'})
    return found


def brief(pid):
    fields = status_of(pid)
    return {
        'pid': int(pid),
        'ppid': int(fields['PPid']),
        'executable': os.readlink(f'/proc/{pid}/exe'),
        'arguments': words(text(f'/proc/{pid}/cmdline')),
    }


def parents_of(pid):
    chain = []
    while pid != '0' and pid != FIRST and len(chain) < 16:
        pid = status_of(pid)['PPid']
        if pid == '0':
            break
        try:
            chain.append(brief(pid))
        except OSError:
            break
        if pid == FIRST:
            break
    return chain


def describe(pid, known, booted):
    fields = status_of(pid)
    started = int(text(f'/proc/{pid}/stat').rpartition(b')')[2].split()[19])
    environment = dict(word.split('=', 1) for word in words(text(f'/proc/{pid}/environ')) if '=' in word)
    return {
        **brief(pid),
        'pidInContainer': int(fields['NSpid'].split()[-1]),
        'deleted': os.readlink(f'/proc/{pid}/exe').endswith(' (deleted)'),
        'name': fields['Name'],
        'directory': os.readlink(f'/proc/{pid}/cwd'),
        'marker': environment.get('TOCSIN_MARKER'),
        'container': container_of(pid),
        'parents': parents_of(pid),
        'sockets': sockets_of(pid, known),
        'startedAt': booted + started * 1000 / TICKS,
    }


def look(request):
    namespace = os.readlink(f'/proc/{FIRST}/ns/pid')
    known = sockets_by_inode()
    booted = boot()
    seen = []
    for pid in (name for name in os.listdir('/proc') if name.isdigit()):
        try:
            if os.stat(f'/proc/{pid}').st_uid != request['uid'] or os.readlink(f'/proc/{pid}/ns/pid') != namespace:
                continue
            seen.append(describe(pid, known, booted))
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended meanwhile.
    say(id=request['id'], type='seen', at=time.time() * 1000, processes=sorted(seen, key=lambda each: each['pid']))


serve({'look': look})
