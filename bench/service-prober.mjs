// Asks small questions of a service all the time and keeps how long each took: a thread, so that nothing else delays it.
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

const PAUSE_MS = 10;
const { url, token } = workerData;
const headers = { authorization: `Bearer ${token}` };
const questions = ['/api/v1/time', '/api/v1/packages?limit=20', '/api/v1/cases?limit=20', '/health'];
const times = [];
let stopped = false;

parentPort.on('message', () => {
  stopped = true;
});

for (let n = 0; !stopped; n++) {
  const started = performance.now();
  const answer = await fetch(url + questions[n % questions.length], { headers });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${questions[n % questions.length]}: ${answer.status}`);
  times.push(performance.now() - started);
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
parentPort.postMessage(times);
parentPort.close();
