// Histogram logs in both directions: what hdr-histogram-js reads of ours, and what we read of its.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import hdr from 'hdr-histogram-js';

const program = process.env.SEAWALL_PROGRAM;
const quantiles = {'p50': 50, 'p90': 90, 'p99': 99, 'p99.9': 99.9};
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-hdr-'));
});
after(() => {
  rmSync(folder, {recursive: true, force: true});
});

const seawall = (...words) =>
    execFileSync(program, words, {cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

// The values of A by request and metric, in ns.
function compared(a, b, ...words) {
  const values = new Map();
  for (const row of JSON.parse(seawall('compare', a, b, '--json', ...words)).rows)
    values.set(`${row.request} ${row.metric}`, row.a);
  return values;
}

// All intervals of a log, by tag and all together.
function totals(file) {
  const reader = new hdr.HistogramLogReader(readFileSync(join(folder, file), 'utf8'), 64, false);
  const sums = new Map();
  for (let interval = reader.nextIntervalHistogram(); interval;
       interval = reader.nextIntervalHistogram())
    for (const tag of ['', interval.tag]) {
      if (!sums.has(tag))
        sums.set(tag, hdr.build({
          bitBucketSize: 64, lowestDiscernibleValue: 1, highestTrackableValue: 3.6e12,
          numberOfSignificantValueDigits: 3}));
      sums.get(tag).add(interval);
    }
  return sums;
}

test('hdr-histogram-js reads our latency.hlog, and has the same percentiles', () => {
  writeFileSync(join(folder, 'small.toml'), `schema = 1
[scenario]
name = "small"
[run]
warmup = "1s"
duration = "20s"
[load]
rate = "200/s"
[[load.request]]
use = "place-order"
weight = 3
[[load.request]]
use = "read-order"
weight = 1
[[fault]]
name = "payment-slow"
on = "order -> payment"
type = "latency"
latency = "300ms"
jitter = "100ms"
at = "5s"
for = "5s"
`);
  seawall('run', 'small.toml', '--mode', 'sim', '--out', 'run', '--quiet');
  const ours = compared('run', 'run');
  const theirs = totals('run/latency.hlog');
  assert.deepEqual([...theirs.keys()].sort(), ['', 'place-order', 'read-order']);
  for (const [tag, histogram] of theirs)
    for (const [name, percentile] of Object.entries(quantiles))
      assert.equal(ours.get(`${tag} ${name}`), histogram.getValueAtPercentile(percentile),
                   `${tag} ${name}`);
  const measures = JSON.parse(readFileSync(join(folder, 'run/run.json'), 'utf8')).measures;
  for (const measure of measures)
    assert.equal(theirs.get(measure.request).totalCount, measure.ended);
});

// Values that spread over six decades, the same every time.
function fill(histogram, scale) {
  for (let i = 1; i <= 20000; ++i)
    histogram.recordValue(Math.round(scale * Math.exp((i * 7919 % 20000) / 20000 * 8)));
  return histogram;
}

// A log with two tags over two seconds, as a tool writes it that counts in microseconds.
function write(file, layout) {
  const lines = [];
  const writer = new hdr.HistogramLogWriter(line => lines.push(line));
  writer.outputComment('[Logged with hdr-histogram-js]');
  writer.outputLogFormatVersion();
  writer.outputStartTime(1441812279474);
  writer.outputLegend();
  const sums = new Map([['', hdr.build(layout)]]);
  for (const [number, tag] of ['read', 'write', 'read'].entries()) {
    const histogram = fill(hdr.build(layout), 100 * (number + 1));
    histogram.tag = tag;
    writer.outputIntervalHistogram(histogram, 1441812279 + number, 1441812280 + number, 1000);
    if (!sums.has(tag)) sums.set(tag, hdr.build(layout));
    for (const sum of [sums.get(''), sums.get(tag)]) sum.add(histogram);
  }
  writeFileSync(join(folder, file), lines.join(''));
  return sums;
}

for (const [figures, lowest, bits] of
         [[1, 1, 32], [2, 1, 64], [2, 20, 64], [3, 1, 64], [3, 1000, 64], [4, 1, 64], [5, 1, 64]])
  test(`we read a log of ${figures} figures from ${lowest}, in ${bits} bits`, () => {
    const file = `other-${figures}-${lowest}.hlog`;
    const theirs = write(file, {
      bitBucketSize: bits, lowestDiscernibleValue: lowest, highestTrackableValue: 1e9,
      numberOfSignificantValueDigits: figures});
    const ours = compared(file, file, '--unit', '1us');
    for (const [tag, histogram] of theirs)
      for (const [name, percentile] of Object.entries(quantiles)) {
        // Ours is the upper end of a bucket of three figures: no lower, and less than 0.1 % higher.
        const value = histogram.getValueAtPercentile(percentile) * 1000;
        const read = ours.get(`${tag} ${name}`);
        assert.ok(read >= value && read <= value * 1.001 + 1, `${tag} ${name}: ${read}, ${value}`);
      }
  });
