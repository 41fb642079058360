// feelin in a thread of its own: it may loop without end, and the test must not.
import { parentPort } from 'node:worker_threads';
import { evaluate } from 'feelin';

// Plain data: temporal values as their class and text, functions as a word.
function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') return '<function>';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return value;
  if (value.constructor !== Object)
    return `${value.constructor.name} ${value.toString === Object.prototype.toString ? JSON.stringify(value) : value}`;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]).sort());
}

parentPort.on('message', (text) => {
  let out;
  try {
    out = plain(evaluate(text, {}).value);
  } catch {
    out = { thrown: true };  // what is no FEEL for it
  }
  parentPort.postMessage(out);
});
