"""Puts a reducer in Python behind the conformance protocol (docs/conformance-protocol.md).

    npx nixfleet-statechart conform --exec 'python3 adapter.py my_reducer'

The module may have any of the functions `start(host)`, `step(state, event, now, policy)`, `rehydrate(state)`,
`rollout_start(rollout)` and `rollout_step(record, event, now)`. Each returns what stands beside the id in an answer:
{"ok": {...}} or {"err": {...}}. What the module does not have is answered as unsupported.
"""

import importlib
import json
import sys

FIELDS = {
    "start": ["host"],
    "step": ["state", "event", "now", "policy"],
    "rehydrate": ["state"],
    "rollout_start": ["rollout"],
    "rollout_step": ["record", "event", "now"],
}


def answer(reducer, request):
    operation = getattr(reducer, request["op"], None)
    if operation is None or request["op"] not in FIELDS:
        return {"unsupported": True}
    return operation(*(request[field] for field in FIELDS[request["op"]]))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 adapter.py MODULE")
    # Logs of the reducer belong on standard error: standard output is for answers alone.
    out, sys.stdout = sys.stdout, sys.stderr
    for stream in (sys.stdin, out):
        stream.reconfigure(encoding="utf-8", newline="\n")
    sys.path.insert(0, ".")
    reducer = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **answer(reducer, request)}), file=out, flush=True)


if __name__ == "__main__":
    main()
