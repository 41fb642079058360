// A resident's claim for the child allowance (packs/common/procedures/jido-teate-nintei), answered page by page as a person would.
import assert from 'node:assert/strict';

// A family with one child. Keys are names of fields; a page is answered with those of them that it shows.
// The child was born forty days ago, whenever the tests run.
export function oneChildFamily({ today = new Date() } = {}) {
  const born = new Date(today.getTime() - 40 * 86_400_000);
  const birth = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tokyo' }).format(born).split('-').map(Number);
  return {
    'claimant.name': '見本　一郎', 'claimant.kana': 'ミホン　イチロウ', 'claimant.birth': [1990, 4, 18],
    'claimant.address': '岡山県勝田郡奈義町見本12番地3', 'claimant.residence': '町内',
    phone: '0868-00-5555', standing: '父母', occupation: '会社員', has_spouse: 'yes',
    'spouse.name': '見本　花子', 'spouse.kana': 'ミホン　ハナコ', 'spouse.birth': [1991, 7, 2],
    parents_apart: 'no', main_earner: '申請者', cause: '出生', cause_date: birth,
    'children.new.0.name': '見本　つくし', 'children.new.0.kana': 'ミホン　ツクシ', 'children.new.0.birth': birth,
    'lives_with.0': '同居', 'custody.0': 'yes', 'livelihood.0': '同一', 'child_residence.0': '国内', 'placement.0': 'なし',
    has_elders: 'no', pension: '厚生年金など', account_way: '書く',
    'account.bank': '見本銀行', 'account.bank_code': '0001', 'account.branch': '奈義支店', 'account.branch_code': '001',
    'account.kind': '普通', 'account.number': '1234567', 'account.holder': 'ミホン　イチロウ', consent: '1',
  };
}

export const pageName = (page) => new URL(page.url()).pathname.split('/').slice(3).join('/');

// Fills the fields of the page that the family has an answer for, and says which it filled.
export async function fill(page, family) {
  const filled = [];
  for (const [name, value] of Object.entries(family)) {
    const escaped = CSS(name);
    if (Array.isArray(value)) {
      if ((await page.locator(`main [name="${escaped}-y"]`).count()) === 0) continue;
      for (const [i, part] of ['y', 'm', 'd'].entries()) await page.fill(`main [name="${escaped}-${part}"]`, String(value[i]));
    } else {
      const field = page.locator(`main [name="${escaped}"]`);
      if ((await field.count()) === 0) continue;
      const kind = await field.first().evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
      if (kind === 'radio' || kind === 'checkbox') await page.locator(`main [name="${escaped}"][value="${CSS(value)}"]`).check();
      else if (kind === 'select') await field.selectOption(value);
      else await field.fill(value);
    }
    filled.push(name);
  }
  return filled;
}

const CSS = (text) => String(text).replace(/["\\]/g, '\\$&');

export async function goOn(page) {
  await Promise.all([page.waitForNavigation(), page.locator('main form button:not([name=do])').last().click()]);
}

// Answers every question from where the draft stands until `last` (a page's name) comes.
export async function answerUntil(page, family, last = 'papers') {
  const seen = [];
  for (let i = 0; i < 40 && pageName(page) !== last; ++i) {
    const name = pageName(page);
    seen.push(name);
    const filled = await fill(page, family);
    assert.ok(filled.length > 0, `no answer for ${name}`);
    await goOn(page);
    assert.notEqual(pageName(page), name, `${name} was not accepted: ${await page.locator('main').innerText()}`);
  }
  assert.equal(pageName(page), last);
  return seen;
}

// Begins without an account: answers with the code that leads back from another device.
export async function begin(page, town, procedure = 'jido-teate-nintei') {
  await page.goto(town.resident(`/procedures/${procedure}`));
  await Promise.all([page.waitForNavigation(), page.locator('main form button').first().click()]);
  if (!page.url().endsWith('/start')) return null; // with an account no code is needed
  const code = (await page.locator('main .number').innerText()).trim();
  await Promise.all([page.waitForNavigation(), page.locator('main a.btn').first().click()]);
  return code;
}

// A one-page PDF with the given words; small, and right down to its cross-reference table.
export function smallPdf(words) {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    null, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const stream = `BT /F1 14 Tf 20 100 Td (${words}) Tj ET`;
  objects[3] = `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`;
  let text = '%PDF-1.7\n';
  const at = objects.map((body, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
