/** One value for each (rollout, host); what was never set has the value that it began with. */
export class PerHost<Value> {
  readonly #initial: Value;
  readonly #rollouts = new Map<string, Map<string, Value>>();

  constructor(initial: Value) {
    this.#initial = initial;
  }

  get(rolloutId: string, host: string): Value {
    return this.#rollouts.get(rolloutId)?.get(host) ?? this.#initial;
  }

  set(rolloutId: string, host: string, value: Value): void {
    let hosts = this.#rollouts.get(rolloutId);
    if (hosts === undefined) this.#rollouts.set(rolloutId, (hosts = new Map<string, Value>()));
    hosts.set(host, value);
  }

  delete(rolloutId: string, host: string): void {
    this.#rollouts.get(rolloutId)?.delete(host);
  }

  clear(): void {
    this.#rollouts.clear();
  }
}
