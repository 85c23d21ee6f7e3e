import type { AgentSettings } from './agent-settings.ts';

/** A probe as the host's configuration declares it. */
export interface ProbeDefinition {
  readonly probeName: string;
  readonly kind: string;
  /** `enforce`, `observe` or `disabled`; anything else counts as `enforce`. */
  readonly mode: string;
  readonly intervalSecs: number;
}

/** What one agent is started with. */
export interface AgentConfig {
  readonly hostname: string;
  /** The closure that the host runs, until the boot input tells better. */
  readonly runningClosure: string;
  /** In the order in which they are declared and run. Of several with one name the first counts. */
  readonly probes: readonly ProbeDefinition[];
  /** One value can serve a whole fleet: `agentSettings()` makes it. */
  readonly settings: AgentSettings;
}
