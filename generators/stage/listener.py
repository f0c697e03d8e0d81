"""The listener that performances talk to: on addresses of trials, each for one conversation.

Requests: `listen` (address, protocol, port, reply, marker, seconds) answers `listening`, then `peer` with the other end's
address and port as soon as there is one, which it lets wait; `answer` (of) sends the reply. When the conversation is over
it says `exchanged` with what it got and whether the marker was in it.
"""
import select
import socket
import struct
import threading
import time

from lines import say, serve

LIMIT = 65536
answers = {}  # id -> event


def listen(request):
    talk = {'tcp': tcp, 'dial': dial, 'udp': udp, 'dns': udp, 'icmp': icmp}[request['protocol']]
    request['until'] = time.monotonic() + request['seconds']
    answers[request['id']] = threading.Event()
    got = talk(request)
    answers.pop(request['id'], None)
    if got is None:
        say(id=request['id'], type='exchanged', received='', marker=False, at=time.time() * 1000)
        return
    say(
        id=request['id'],
        type='exchanged',
        received=got[:512].decode('utf-8', 'replace'),
        marker=has_marker(request, got),
        at=time.time() * 1000,
    )


def has_marker(request, got):
    """As text, or as bytes where a program takes them in hexadecimal."""
    return request['marker'].encode() in got.lower() or bytes.fromhex(request['marker']) in got


def left(request):
    return max(0.001, request['until'] - time.monotonic())


def met(request, peer):
    """Tells of the other end and waits until it may be answered."""
    say(id=request['id'], type='peer', address=peer[0], port=peer[1], at=time.time() * 1000)
    answers[request['id']].wait(left(request))


def tcp(request):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((request['address'], request['port']))
    server.listen(8)
    say(id=request['id'], type='listening')
    server.settimeout(left(request))
    try:
        connection, peer = server.accept()
    except TimeoutError:
        return None
    finally:
        server.close()
    met(request, peer)
    return converse(request, connection)


def converse(request, connection):
    """Sends the reply and takes what comes, until the other end is done."""
    got = b''
    try:
        if request['waits']:
            # Such as an HTTP server, which answers a question.
            connection.settimeout(left(request))
            while request['waits'].encode() not in got and len(got) < LIMIT:
                part = connection.recv(4096)
                if not part:
                    break
                got += part
        connection.sendall(request['reply'].encode())
        ended = False
        while len(got) < LIMIT:
            # The end of what is sent comes after the marker: some programs do nothing more when they have seen it.
            if not ended and has_marker(request, got):
                connection.shutdown(socket.SHUT_WR)
                ended = True
            connection.settimeout(left(request))
            part = connection.recv(4096)
            if not part:
                break
            got += part
    except OSError:
        pass
    finally:
        connection.close()
    return got


def dial(request):
    """Connects to a program that listens on the stage."""
    connection = socket.socket()
    connection.bind((request['address'], 0))
    connection.settimeout(left(request))
    connection.connect((request['peer'], request['port']))
    met(request, (request['peer'], request['port']))
    return converse(request, connection)


def udp(request):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((request['address'], request['port']))
    say(id=request['id'], type='listening')
    server.settimeout(left(request))
    try:
        got, peer = server.recvfrom(LIMIT)
    except TimeoutError:
        return None
    met(request, peer)
    server.sendto(dns_reply(got) if request['protocol'] == 'dns' else request['reply'].encode(), peer)
    server.close()
    return got


def dns_reply(query):
    """RFC 1035 §4.1: the question, answered with one address of RFC 5737."""
    end = query.index(b'\0', 12) + 5
    question = query[12:end]
    header = query[:2] + struct.pack('>HHHHH', 0x8180, 1, 1, 0, 0)
    return header + question + struct.pack('>HHHIH4s', 0xC00C, 1, 1, 60, 4, socket.inet_aton('192.0.2.1'))


def icmp(request):
    """Answers one echo request (RFC 792) to the address; the kernel of this container is told not to."""
    server = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    server.bind((request['address'], 0))
    say(id=request['id'], type='listening')
    while select.select([server], [], [], left(request))[0]:
        packet, peer = server.recvfrom(LIMIT)
        message = packet[(packet[0] & 15) * 4 :]
        if message[0] != 8:
            continue
        met(request, (peer[0], struct.unpack('>H', message[4:6])[0]))
        body = b'\0\0\0\0' + message[4:]
        server.sendto(body[:2] + struct.pack('>H', checksum(body)) + body[4:], peer)
        return message
    return None


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(request):
    event = answers.get(request['of'])
    if event:
        event.set()
    say(id=request['id'], type='answering')


serve({'listen': listen, 'answer': answer})
