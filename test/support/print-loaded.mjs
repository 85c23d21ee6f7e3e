// @ts-check
// For `node --import`: prints the URL of every module that the program has loaded, as a JSON list in the last line of
// standard error.
import { writeSync } from 'node:fs';
import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const hooks = `
  let port;
  export function initialize(data) { port = data.port; }
  export async function load(url, context, next) { port.postMessage(url); return next(url, context); }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { port: port2 }, transferList: [port2] });
port1.unref();

process.on('exit', () => {
  const urls = [];
  for (let got = receiveMessageOnPort(port1); got !== undefined; got = receiveMessageOnPort(port1))
    urls.push(got.message);
  writeSync(2, `${JSON.stringify(urls)}\n`);
});
