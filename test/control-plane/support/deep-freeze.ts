/** Freezes plain objects and arrays all the way down, so that a change of an argument throws. Maps and Sets are noted. */
export function deepFreeze<Value>(value: Value): Value {
  const pending: unknown[] = [value];
  for (let next = pending.pop(); pending.length > 0 || next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (next instanceof Map || next instanceof Set) {
      for (const inner of next.values()) if (typeof inner === 'object' && !Object.isFrozen(inner)) pending.push(inner);
      forbidWrites(next);
      continue;
    }
    Object.freeze(next);
    for (const inner of Object.values(next))
      if (typeof inner === 'object' && inner !== null && !sealed(inner)) pending.push(inner);
  }
  return value;
}

const guarded = new WeakSet<object>();

function sealed(inner: object): boolean {
  return inner instanceof Map || inner instanceof Set ? guarded.has(inner) : Object.isFrozen(inner);
}

function forbidWrites(collection: Map<unknown, unknown> | Set<unknown>): void {
  if (guarded.has(collection)) return;
  guarded.add(collection);
  const forbid = (): never => {
    throw new TypeError('a frozen Map or Set was written to');
  };
  for (const method of ['set', 'add', 'delete', 'clear']) Object.defineProperty(collection, method, { value: forbid });
}
