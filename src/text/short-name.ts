const COMMIT = /^[0-9a-f]{16,64}$/;
const STORE_PATH = /^\/nix\/store\/([a-z0-9]{6})[a-z0-9]*-(.*)$/;
const SHOWN = 8;

/**
 * Shortens a name for people: the beginning of a commit, alone or in a rollout id, and of the hash of a store path.
 * Leaves any other name unchanged.
 */
export function shortName(name: string): string {
  if (COMMIT.test(name)) return name.slice(0, SHOWN);
  const [, hash, rest] = STORE_PATH.exec(name) ?? [];
  if (hash !== undefined && rest !== undefined) return `${hash}…-${rest}`;
  const at = name.indexOf('@');
  return at < 0 ? name : `${name.slice(0, at + 1)}${shortName(name.slice(at + 1))}`;
}
