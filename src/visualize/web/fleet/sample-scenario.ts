/** The editor's first scenario, small enough for a newcomer to edit. */
export const SAMPLE_SCENARIO = `# The new release fails its http probe everywhere. Only the canary in wave 0 ever gets it.
# Try it with the policy halt, or with the probe failing on web-03 alone.
title: A bad release stops at the canary
seed: 1
fleet:
  channels:
    stable:
      hosts: { web: 12 }
      waves:
        - { hosts: web-01, soak: 10m }
        - { hosts: 25%, soak: 15m }
        - { hosts: the rest, soak: 20m }
      on-failure: rollback-and-halt
steps:
  - { at: 0s, do: fail-probe, hosts: '*', probe: http }
`;
