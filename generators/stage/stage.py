"""The stage's agent: runs performances, each as a user of its own that owns nothing else, and ends all that they leave.

Requests: `start` (uid, folder, files, run) answers `started` when the program has been executed, later `ended`;
`listens` (address, port) answers when a
program waits for connections there; `release` (input) gives a program that reads its standard input what it waits for; `finish` kills every process of the
user, removes what it has made, and answers `finished` when none is left.
"""
import ctypes
import errno
import os
import shutil
import signal
import socket
import sys
import threading
import time

from lines import say, serve

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2
CAPABILITIES = {'NET_RAW': 13}
OUTPUT_LIMIT = 4096

lock = threading.Lock()
statuses = {}  # wait status of each child that has ended
waiting = {}  # pid -> event
shows = {}  # id -> what is known of a performance


def become(uid, capabilities):
    """Gives up root for a user without any rights, but for the capabilities asked for."""
    wanted = [CAPABILITIES[name] for name in capabilities]
    if wanted:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if wanted:
        mask = sum(1 << bit for bit in wanted)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        if libc.capset(header, (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)) != 0:
            raise OSError(ctypes.get_errno(), 'capset')
        for bit in wanted:
            if libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), 'ambient capability')


def prepare(files):
    for each in files:
        path = each['path']
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if 'copy' in each:
            shutil.copyfile(each['copy'], path)
        elif 'link' in each:
            os.symlink(each['link'], path)
            continue
        else:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(each['content'])
        os.chmod(path, each['mode'])


def perform(request, channel, stdin, output):
    """In the child: never returns."""
    try:
        run = request['run']
        os.setsid()
        become(request['uid'], run['capabilities'])
        os.makedirs(request['folder'], exist_ok=True)
        prepare(request['files'])
        os.chdir(run['directory'])
        os.dup2(stdin, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.execve(run['program'], run['argv'], run['environment'])
    except BaseException as error:  # noqa: BLE001 - it has to be told, and the child must not go on
        os.write(channel, f'{type(error).__name__}: {error}'.encode())
    os._exit(127)


def start(request):
    run = request['run']
    told, channel = os.pipe2(os.O_CLOEXEC)
    hold, feed = os.pipe2(os.O_CLOEXEC)
    text, output = os.pipe2(os.O_CLOEXEC)
    if run['stdin'] == 'null':
        os.close(hold)
        hold = os.open('/dev/null', os.O_RDONLY | os.O_CLOEXEC)
    event = threading.Event()
    with lock:
        pid = os.fork()
        if pid == 0:
            perform(request, channel, hold, output)
        waiting[pid] = event
    at = time.time() * 1000
    for fd in (channel, hold, output):
        os.close(fd)
    show = {'pid': pid, 'uid': request['uid'], 'feed': feed, 'request': request}
    shows[request['id']] = show
    problem = read_all(told, 4096)
    if problem:
        say(id=request['id'], type='failed', error=problem.decode('utf-8', 'replace'))
        return
    if run['removeAfterStart']:
        as_user(request['uid'], lambda: [os.unlink(path) for path in run['removeAfterStart']])
    say(id=request['id'], type='started', pid=pid, at=at)
    printed = bytearray()
    reader = threading.Thread(target=collect, args=(text, printed), daemon=True)
    reader.start()
    event.wait()
    reader.join(0.2)
    status = statuses.pop(pid)
    signalled = os.WIFSIGNALED(status)
    say(
        id=request['id'],
        type='ended',
        at=time.time() * 1000,
        status=None if signalled else os.WEXITSTATUS(status),
        signal=os.WTERMSIG(status) if signalled else None,
        output=bytes(printed).decode('utf-8', 'replace'),
    )


def read_all(fd, limit):
    data = b''
    while len(data) < limit and (part := os.read(fd, limit - len(data))):
        data += part
    os.close(fd)
    return data


def collect(fd, into):
    while part := os.read(fd, 4096):
        into += part[: max(0, OUTPUT_LIMIT - len(into))]
    os.close(fd)


def release(request):
    feed = shows[request['of']]['feed']
    try:
        os.write(feed, request['input'].encode())
    except BrokenPipeError:
        pass
    os.close(feed)
    shows[request['of']]['feed'] = None
    say(id=request['id'], type='released')


def as_user(uid, work):
    """Does something in a child that is this user. Returns when it is done."""
    event = threading.Event()
    with lock:
        pid = os.fork()
        if pid == 0:
            try:
                become(uid, [])
                work()
                os._exit(0)
            except BaseException:  # noqa: BLE001
                os._exit(1)
        waiting[pid] = event
    event.wait()
    return statuses.pop(pid)


def finish(request):
    show = shows.pop(request['of'])
    request_of = show['request']
    if show['feed'] is not None:
        os.close(show['feed'])

    def clean():
        # All processes that this user may signal, itself not counted: those of the performance.
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        for each in request_of['files']:
            remove(each['path'])
        for path in request_of['leftovers']:
            remove(path)
        remove(request_of['folder'])

    as_user(show['uid'], clean)
    left = left_of(show['uid'], 5)
    if left:
        raise RuntimeError(f'processes {left} of a performance could not be ended')
    say(id=request['id'], type='finished')


def left_of(uid, seconds):
    """Waits until a user has no process any more: one that is killed ends a little later. Returns those that are left."""
    until = time.monotonic() + seconds
    while True:
        left = []
        for name in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.stat(f'/proc/{name}').st_uid == uid:
                    left.append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                continue
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.005)


def listens(request):
    """Waits until a program listens on a port: only the kernel is asked, nothing is sent."""
    wanted = f'{int.from_bytes(socket.inet_aton(request["address"]), sys.byteorder):08X}:{request["port"]:04X}'
    until = time.monotonic() + request['seconds']
    while time.monotonic() < until:
        with open('/proc/net/tcp', encoding='ascii') as table:
            rows = [line.split() for line in table]
        if any(row[1] == wanted and row[3] == '0A' for row in rows):
            say(id=request['id'], type='listens')
            return
        time.sleep(0.02)


def remove(path):
    try:
        os.unlink(path)
    except IsADirectoryError:
        shutil.rmtree(path, ignore_errors=True)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise


def reap():
    """Orphans come to the first process of the container, too."""
    while True:
        try:
            pid, status = os.waitpid(-1, 0)
        except ChildProcessError:
            time.sleep(0.02)
            continue
        with lock:
            event = waiting.pop(pid, None)
        if event:
            statuses[pid] = status
            event.set()


socket.setdefaulttimeout(10)
threading.Thread(target=reap, daemon=True).start()
serve({'start': start, 'release': release, 'listens': listens, 'finish': finish})
