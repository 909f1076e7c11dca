import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const binary = resolve(import.meta.dirname, '../../bin/clustergraph');

// What the program is told by the environment is what these tests say, and nothing of the
// person's own settings.
const environment = (folder) => ({ PATH: process.env.PATH, HOME: folder });

/**
 * Starts the real binary on a store of its own, loaded with the sample unless told otherwise.
 * Returns its address and a function that stops it and removes the store.
 */
export async function startProgram({ sample = true } = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first`);
  const folder = mkdtempSync(join(tmpdir(), 'clustergraph-browser-'));
  const options = { env: environment(folder), cwd: folder };
  const store = ['--store', `sqlite:${join(folder, 'test.db')}`];
  if (sample) execFileSync(binary, ['import', 'sample', ...store], { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
  const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', ...store], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  const address = await new Promise((found, failed) => {
    child.once('exit', (code) => failed(new Error(`serve ended with exit code ${code} before it told its address`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /http:\/\/[^/\s]+/.exec(line);
      if (url) found(url[0]);
    });
  });
  return { address, stop };
}
