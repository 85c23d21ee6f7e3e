const COMMIT = /^[0-9a-f]{16,64}$/;
const STORE_PATH = /^\/nix\/store\/([a-z0-9]{6})[a-z0-9]*-(.*)$/;
const SHOWN = 8;

/**
 * A name as people read it: commits and store paths by their beginnings, which tell them apart. Takes a commit, a
 * rollout id with one in it, a closure, or any other name, which it leaves alone.
 */
export function shortName(name: string): string {
  if (COMMIT.test(name)) return name.slice(0, SHOWN);
  const [, hash, rest] = STORE_PATH.exec(name) ?? [];
  if (hash !== undefined && rest !== undefined) return `${hash}…-${rest}`;
  const at = name.indexOf('@');
  return at < 0 ? name : `${name.slice(0, at + 1)}${shortName(name.slice(at + 1))}`;
}
