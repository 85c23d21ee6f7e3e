/** One value for each (rollout, host), by the host's index, with a default. The values are never changed. */
export class PerHost<Value> {
  readonly #initial: Value;
  readonly #rollouts = new Map<string, (Value | undefined)[]>();
  /** The last requested rollout, which is nearly always the next one too. */
  #rolloutId: string | null = null;
  #hosts: (Value | undefined)[] = [];

  constructor(initial: Value) {
    this.#initial = initial;
  }

  copy(): PerHost<Value> {
    const copy = new PerHost(this.#initial);
    for (const [rolloutId, hosts] of this.#rollouts) copy.#rollouts.set(rolloutId, [...hosts]);
    return copy;
  }

  get(rolloutId: string, host: number): Value {
    return this.#of(rolloutId)[host] ?? this.#initial;
  }

  set(rolloutId: string, host: number, value: Value): void {
    const hosts = this.#of(rolloutId);
    // Without holes: a sparse list would be slow.
    while (hosts.length <= host) hosts.push(undefined);
    hosts[host] = value;
  }

  delete(rolloutId: string, host: number): void {
    this.set(rolloutId, host, this.#initial);
  }

  /** Forgets the host in every rollout. */
  deleteHost(host: number): void {
    for (const hosts of this.#rollouts.values()) if (host < hosts.length) hosts[host] = undefined;
  }

  /** Every rollout with a value of the host. */
  *of(host: number): Iterable<readonly [rolloutId: string, value: Value]> {
    for (const [rolloutId, hosts] of this.#rollouts) {
      const value = hosts[host];
      if (value !== undefined) yield [rolloutId, value];
    }
  }

  #of(rolloutId: string): (Value | undefined)[] {
    if (rolloutId === this.#rolloutId) return this.#hosts;
    let hosts = this.#rollouts.get(rolloutId);
    if (hosts === undefined) this.#rollouts.set(rolloutId, (hosts = []));
    this.#rolloutId = rolloutId;
    this.#hosts = hosts;
    return hosts;
  }
}
