/** The channel of a rollout: `stable` of `stable@1a2b3c`. A channel's name has no `@`. */
export function channelOf(rolloutId: string): string {
  return rolloutId.slice(0, rolloutId.indexOf('@'));
}
