// Debian's Chromium, driven by playwright-core.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function startBrowser() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

// Violations of WCAG 2.2 A and AA and of best practice, each as one line.
export async function axe(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    rules: { region: { enabled: true } },
  }));
  return result.violations.map((v) => `${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`);
}

// What axe does not see: labels that say nothing but 「必須」, sideways scrolling, unlabelled focus, missing language, controls too small, several h1.
export async function probe(page) {
  return page.evaluate(() => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth + 1) faults.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
    if (!root.lang) faults.push('no language');
    if (document.querySelectorAll('h1').length !== 1) faults.push(`${document.querySelectorAll('h1').length} h1`);
    if (!document.title.trim()) faults.push('no title');
    for (const control of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      const box = control.getBoundingClientRect();
      if (box.width === 0 || control.closest('.vh, .skip')) continue;
      const inline = getComputedStyle(control).display === 'inline';
      const wrapped = control.matches('input[type=radio], input[type=checkbox]');
      if (!inline && !wrapped && (box.height < 24 || box.width < 24)) faults.push(`target ${control.tagName} ${Math.round(box.width)}×${Math.round(box.height)}: ${control.textContent.trim().slice(0, 20)}`);
    }
    for (const control of document.querySelectorAll('input:not([type=hidden], [hidden]), select, textarea')) {
      const named = control.getAttribute('aria-label') || (control.getAttribute('aria-labelledby') ?? '').split(' ').some((id) => document.getElementById(id)?.textContent.trim());
      const says = (label) => {
        const copy = label.cloneNode(true);
        for (const mark of copy.querySelectorAll('.req, input, select, textarea')) mark.remove();
        return copy.textContent.trim() !== '';
      };
      if (!named && ![...control.labels].some(says)) faults.push(`no label: ${control.name || control.id}`);
    }
    for (const link of document.querySelectorAll('a[href^="#"]')) {
      const id = link.getAttribute('href').slice(1);
      if (id && !document.getElementById(id)) faults.push(`link to nothing: #${id}`);
    }
    return faults;
  });
}

// Everything that can be focused is reached by Tab, in order, and shows it.
export async function walk(page, most = 200) {
  const reachable = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((e) => !e.disabled && e.offsetParent !== null && !e.closest('details:not([open]) > :not(summary)')).length);
  const radios = await page.evaluate(() => {
    const names = {};
    for (const radio of document.querySelectorAll('input[type=radio]')) names[radio.name] = (names[radio.name] ?? 0) + 1;
    return Object.values(names).reduce((sum, n) => sum + n - 1, 0);
  });
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const seen = new Set();
  const faults = [];
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      e.dataset.walk ??= String(Math.random());
      const style = getComputedStyle(e);
      return { key: e.dataset.walk, ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || e.matches('input[type=radio], input[type=checkbox]'), tag: e.tagName, text: e.textContent.trim().slice(0, 20) };
    });
    if (!at) break;
    if (seen.has(at.key)) break;
    seen.add(at.key);
    if (!at.ring) faults.push(`focus does not show: ${at.tag} ${at.text}`);
  }
  if (seen.size < Math.min(most, reachable - radios)) faults.push(`only ${seen.size} of ${reachable - radios} controls are reached by keyboard`);
  return faults;
}
