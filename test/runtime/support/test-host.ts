import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of a host in a test: its running closure, its state, and the commands that switch it. */
export class TestHost {
  readonly folder: string;

  constructor(runningClosure = 'old') {
    this.folder = mkdtempSync(join(tmpdir(), 'nixfleet-agent-'));
    mkdirSync(join(this.folder, 'closures'));
    symlinkSync(join(this.folder, 'closures', runningClosure), this.link);
    writeFileSync(join(this.folder, 'boot-id'), 'first');
  }

  get link(): string {
    return join(this.folder, 'current-system');
  }

  get bootIdFile(): string {
    return join(this.folder, 'boot-id');
  }

  get state(): string {
    return join(this.folder, 'state');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A shell script as a command. `$1` is the closure, `$LINK` the link to the running one. */
  script(name: string, lines: string): readonly string[] {
    const path = this.path(name);
    const head = `#!/bin/sh\nLINK='${this.link}'\nFOLDER='${this.folder}'\n`;
    writeFileSync(path, `${head}${lines}\n`);
    chmodSync(path, 0o755);
    return [path, '{closure}'];
  }

  /** A command that switches immediately. */
  get switchCommand(): readonly string[] {
    return this.script('switch', 'ln -s "$FOLDER/closures/$1" "$LINK.new" && mv -T "$LINK.new" "$LINK"');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
