// Opens the playground of the real binary in a real browser that can reach nothing else.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { openPage, startBrowser } from './browser.js';
import { startProgram } from './program.js';

const results = join(import.meta.dirname, 'test-results');
const patient = { timeout: 60_000 };

let browser;
let program;

before(async () => {
  mkdirSync(results, { recursive: true });
  [browser, program] = await Promise.all([startBrowser(), startProgram()]);
}, patient);

after(async () => {
  await browser?.close();
  const code = await program?.stop();
  assert.equal(code, 0, 'serve stops in order when it is told to');
}, patient);

// The text that an editor of the page shows; Monaco draws it in lines out of order and only
// those in sight, so the answer of the server is what the tests compare.
const answerTo = (page, operation) =>
  page
    .waitForResponse((r) => r.url().endsWith('/graphql') && r.request().postDataJSON()?.operationName === operation)
    .then((r) => r.json());

async function open(where = program, options) {
  const opened = await openPage(browser, where.address, options);
  await opened.page.goto(`${where.address}/playground/`);
  await opened.page.getByRole('tab').first().waitFor();
  await opened.page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return opened;
}

const pairs = (answer) =>
  answer.data.partnerships.nodes
    .map(({ a, b, sharedProjects }) => [[a.name, b.name].sort().join(' + '), sharedProjects.edges.map((e) => e.node.name)])
    .sort();

const expected = [
  ['Autocluster Serbia + ICT Cluster', ['GIVE']],
  ['ICT Cluster + ICT Cluster of Central Serbia', ['GIVE']],
  ['ICT Cluster + Vojvodina ICT Cluster', ['DANUBE ICT']],
];

test('the headline question is open, and one click answers it with three pairs', patient, async () => {
  const { page, faults, close } = await open();
  const tab = page.getByRole('tab', { selected: true });
  assert.equal(await tab.getByRole('button').first().textContent(), 'Partnerships', 'the headline is the tab in use');
  const answer = answerTo(page, 'Partnerships');
  await page.getByRole('button', { name: /Execute query/ }).click();
  assert.deepEqual(pairs(await answer), expected);
  await page.locator('.result-window .view-line', { hasText: 'ICT Cluster' }).first().waitFor();
  await page.waitForTimeout(1500); // colours come last
  await page.screenshot({ path: join(results, 'playground.png') });
  assert.deepEqual(faults, []);
  await close();
});

test('the keyboard alone is enough', patient, async () => {
  const { page, faults, close } = await open();
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
  assert.equal(focused, 'Skip to the query editor', 'the first stop leads past the header');
  await page.locator('.graphiql-query-editor .monaco-editor').click();
  const answer = answerTo(page, 'Partnerships');
  await page.keyboard.press('Control+Enter');
  assert.deepEqual(pairs(await answer), expected);
  assert.deepEqual(faults, []);
  await close();
});

test('every example is answered without an error', { timeout: 300_000 }, async () => {
  const { page, faults, close } = await open();
  const tabs = page.getByRole('tab');
  const count = await tabs.count();
  assert.ok(count >= 6, `there are ${count} examples`);
  for (let i = 0; i < count; i++) {
    const tab = tabs.nth(i).getByRole('button').first();
    const name = await tab.textContent();
    await tab.click();
    // GraphiQL finds out a moment later which operation the new tab holds.
    let answer;
    for (let tries = 0; !answer && tries < 20; tries++) {
      await page.waitForTimeout(300);
      const response = page.waitForResponse((r) => r.url().endsWith('/graphql'));
      await page.getByRole('button', { name: /Execute query/ }).click();
      const r = await response;
      if (r.request().postDataJSON().operationName === name) answer = await r.json();
    }
    assert.ok(answer, `${name} was never asked`);
    const { errors, data } = answer;
    assert.equal(errors, undefined, `${name}: ${JSON.stringify(errors)}`);
    assert.ok(
      Object.values(data).every((v) => v !== null && v.totalCount !== 0),
      `${name} finds nothing: ${JSON.stringify(data).slice(0, 200)}`,
    );
  }
  assert.deepEqual(faults, []);
  await close();
});

test('the list of examples opens one in a new tab', patient, async () => {
  const { page, faults, close } = await open();
  const before = await page.getByRole('tab').count();
  await page.getByRole('button', { name: 'Show Example questions' }).click();
  await page.getByRole('region', { name: 'Example questions' }).getByRole('button').nth(1).click();
  assert.equal(await page.getByRole('tab').count(), before + 1);
  await page.locator('.graphiql-query-editor .view-line', { hasText: 'query' }).first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('a subscription is told over a socket', patient, async () => {
  const { page, faults, close } = await open();
  await page.locator('.graphiql-query-editor .monaco-editor').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('subscription Live { changes { revision changes { what } } }');
  await page.waitForTimeout(500); // GraphiQL finds out a moment later which operation that is
  const opened = page.waitForEvent('websocket');
  await page.getByRole('button', { name: /Execute query/ }).click();
  const told = await (await opened).waitForEvent('framereceived', { predicate: (f) => f.payload.includes('"next"') });
  assert.match(told.payload, /"changes":\{"revision":"[0-9a-z-]+","changes":\[\]/);
  await page.locator('.result-window .view-line', { hasText: 'revision' }).first().waitFor();
  assert.deepEqual(faults, []);
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds no fault in the ${colorScheme} page`, patient, async () => {
    const { page, faults, close } = await open(program, { colorScheme });
    const answer = answerTo(page, 'Partnerships');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await answer;
    await page.evaluate(axe.source);
    const found = await page.evaluate(() =>
      // The editors are Monaco's: their roles and colours are not ours to set.
      window.axe.run({ exclude: ['.monaco-editor'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }),
    );
    // GraphiQL puts the button that closes a tab inside the tab; it is a known debt of theirs.
    const ours = found.violations.filter((v) => !(v.id === 'nested-interactive' && v.nodes.every((n) => n.html.includes('graphiql-tab'))));
    assert.deepEqual(
      ours.map((v) => ({ rule: v.id, help: v.help, where: v.nodes.map((n) => n.target.join(' ')).slice(0, 5) })),
      [],
    );
    await page.screenshot({ path: join(results, `playground-${colorScheme}.png`) });
    assert.deepEqual(faults, []);
    await close();
  });
}

test('an empty store says how to fill it', patient, async () => {
  const empty = await startProgram({ sample: false });
  try {
    const { page, close } = await open(empty);
    await page.getByRole('status').filter({ hasText: 'The store is empty' }).waitFor();
    await close();
  } finally {
    await empty.stop();
  }
});

test('the start page is there without scripts', patient, async () => {
  const { page, faults, close } = await openPage(browser, program.address, { javaScriptEnabled: false });
  await page.goto(`${program.address}/`);
  await page.getByRole('heading', { name: 'clustergraph' }).waitFor();
  await page.getByRole('link', { name: 'Playground' }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});
