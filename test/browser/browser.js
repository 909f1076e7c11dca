import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts Debian's Chromium, quiet: it asks nobody about updates or safe browsing. */
export async function startBrowser() {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing: install the Debian package "chromium", or name another by CHROMIUM=path`);
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Opens a page that can reach one address only. Every request to another one, every error
 * on the console and every exception of the page is put into `faults`.
 */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, ...options });
  const page = await context.newPage();
  const faults = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(`${address}/`) || url.startsWith('data:') || url.startsWith(`blob:${address}`)) return route.continue();
    faults.push(`asked ${url}`);
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  return { page, faults, close: () => context.close() };
}
