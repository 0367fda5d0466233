// Opens every page below the folder SEAWALL_PAGES as a reader would, on a wide and a narrow screen,
// in light and in dark, with and without scripts, and looks at what the browser made of it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { faultsOf } from './look.mjs';

const folder = process.env.SEAWALL_PAGES;
const views = [
  { name: 'wide and light', width: 1150, colorScheme: 'light', javaScriptEnabled: true },
  { name: 'wide and dark', width: 1150, colorScheme: 'dark', javaScriptEnabled: false },
  { name: 'narrow and light', width: 390, colorScheme: 'light', javaScriptEnabled: false },
  { name: 'narrow and dark', width: 390, colorScheme: 'dark', javaScriptEnabled: true },
];

const pages = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.html'))
  .map((name) => join(folder, name))
  .sort();
assert.ok(pages.length > 0, `there are no pages in ${folder}`);

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.SEAWALL_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
});
after(() => browser?.close());

// Runs `look` on a page in one view. Whatever the page complains of, or asks the network for, fails.
async function withPage(file, view, look) {
  const { width, colorScheme, javaScriptEnabled } = view;
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme, javaScriptEnabled,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file://')) complaints.push(`it fetches ${request.url()}`);
  });
  try {
    await page.goto(pathToFileURL(file).href);
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

for (const file of pages) {
  for (const view of views) {
    test(`${relative(folder, file)}, ${view.name}`, () =>
      withPage(file, view, async (page) => {
        assert.deepEqual(await page.evaluate(faultsOf), []);
      }));
  }
}

const drawn = pages.find((file) => file.endsWith('report.html'));

test('hovering shows values where scripts run', () =>
  withPage(drawn, views[0], async (page) => {
    const chart = page.locator('svg.h').first();
    await chart.scrollIntoViewIfNeeded();
    await chart.hover({ position: { x: 400, y: 120 } });
    const shown = await page.locator('#tip').innerText();
    assert.match(shown, / s\n/);
    assert.match(shown, /p50: [0-9.]+ (s|ms|µs)/);
    await page.mouse.move(2, 2);
    assert.equal(await page.locator('#tip').isVisible(), false);
  }));

test('without scripts nothing is missing', async () => {
  const texts = [];
  for (const javaScriptEnabled of [true, false])
    await withPage(drawn, { ...views[0], javaScriptEnabled }, async (page) => {
      texts.push(await page.locator('main').innerText());
    });
  assert.equal(texts[0], texts[1]);
});

test('on paper no drawing is cut off', () =>
  withPage(drawn, views[1], async (page) => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 700, height: 900 });
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('svg')].filter((svg) =>
        svg.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length);
    assert.equal(tooWide, 0);
  }));
