/** One immutable value for each host, by host index, with a default. */
export class HostValues<Value> {
  readonly #initial: Value;
  #values: Value[] = [];

  constructor(initial: Value) {
    this.#initial = initial;
  }

  copy(): HostValues<Value> {
    const copy = new HostValues(this.#initial);
    copy.#values = [...this.#values];
    return copy;
  }

  get(host: number): Value {
    const value = this.#values[host];
    return value === undefined ? this.#initial : value;
  }

  set(host: number, value: Value): void {
    const values = this.#values;
    // No holes: a sparse list would be slow.
    while (values.length <= host) values.push(this.#initial);
    values[host] = value;
  }

  delete(host: number): void {
    if (host < this.#values.length) this.#values[host] = this.#initial;
  }

  clear(): void {
    this.#values = [];
  }
}

/** The same for each rollout. */
export class PerHost<Value> {
  readonly #initial: Value;
  readonly #rollouts = new Map<string, HostValues<Value>>();
  /** The rollout that was looked up last, which is nearly always the next one too. */
  #rolloutId: string | null = null;
  #hosts: HostValues<Value>;

  constructor(initial: Value) {
    this.#initial = initial;
    this.#hosts = new HostValues(initial);
  }

  copy(): PerHost<Value> {
    const copy = new PerHost(this.#initial);
    for (const [rolloutId, hosts] of this.#rollouts) copy.#rollouts.set(rolloutId, hosts.copy());
    return copy;
  }

  get(rolloutId: string, host: number): Value {
    return this.#of(rolloutId).get(host);
  }

  set(rolloutId: string, host: number, value: Value): void {
    this.#of(rolloutId).set(host, value);
  }

  delete(rolloutId: string, host: number): void {
    this.#of(rolloutId).delete(host);
  }

  /** Forgets the host in every rollout. */
  deleteHost(host: number): void {
    for (const hosts of this.#rollouts.values()) hosts.delete(host);
  }

  /** Every rollout, with the host's value in it. */
  *of(host: number): Iterable<readonly [rolloutId: string, value: Value]> {
    for (const [rolloutId, hosts] of this.#rollouts) yield [rolloutId, hosts.get(host)];
  }

  #of(rolloutId: string): HostValues<Value> {
    if (rolloutId === this.#rolloutId) return this.#hosts;
    let hosts = this.#rollouts.get(rolloutId);
    if (hosts === undefined) this.#rollouts.set(rolloutId, (hosts = new HostValues(this.#initial)));
    this.#rolloutId = rolloutId;
    this.#hosts = hosts;
    return hosts;
  }
}
