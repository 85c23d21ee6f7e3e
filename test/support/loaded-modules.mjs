// @ts-check
// Imports what is named and prints the URL of every module that came along, as a JSON list.
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
/** @type {string[]} */
const urls = [];
port1.on('message', (url) => urls.push(url));

const hooks = `
  let port;
  export function initialize(data) { port = data.port; }
  export async function load(url, context, next) { port.postMessage(url); return next(url, context); }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { port: port2 }, transferList: [port2] });

for (const name of process.argv.slice(2)) await import(name);

// The hooks run in a thread of their own: its last messages arrive in a later turn than the import does.
await new Promise((resolve) => setImmediate(resolve));
port1.close();
console.log(JSON.stringify(urls));
