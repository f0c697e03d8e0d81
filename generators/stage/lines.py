"""Requests and answers of the agents in the stage's containers: one JSON object a line, in any order, told apart by `id`."""
import json
import os
import signal
import sys
import threading

_lock = threading.Lock()


def say(**message):
    """Writes one message."""
    text = json.dumps(message, ensure_ascii=True) + '\n'
    with _lock:
        sys.stdout.write(text)
        sys.stdout.flush()


def serve(handlers):
    """Says `ready` and carries out requests, each in a thread of its own, until stdin ends. A handler that fails is told."""

    def run(request):
        try:
            handlers[request['type']](request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side is waiting
            say(id=request.get('id'), type='failed', error=f'{type(error).__name__}: {error}')

    # The first process of a container has no default action for signals.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    say(id=0, type='ready')
    for line in sys.stdin:
        if line.strip():
            threading.Thread(target=run, args=(json.loads(line),), daemon=True).start()
    os._exit(0)
