// Signing in as the demo's people, the way they would: pages and forms, no back door.
//
// A TOTP code is accepted once: a second sign-in of the same person waits for the next code.
const used = new Map();

export async function signInStaff(page, town, part) {
  for (let tries = 0; tries < 4; ++tries) {
    const login = town.logins().find((one) => one.part === part);
    if (!login) throw new Error(`no demo login for ${part}`);
    const key = `${login.login}:${login.code}`;
    if (used.has(key)) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      --tries;
      continue;
    }
    used.set(key, true);
    await page.goto(town.office('/login'));
    await page.fill('input[name=number]', login.login);
    await page.fill('input[name=password]', login.password);
    await page.fill('input[name=code]', login.code);
    await Promise.all([page.waitForNavigation(), page.press('input[name=code]', 'Enter')]);
    if (!page.url().includes('/login')) return login;
  }
  throw new Error(`could not sign in as ${part}: ${page.url()}`);
}

export async function signInResident(page, town) {
  const login = town.logins().find((one) => one.part === 'resident');
  if (!login) throw new Error('no demo account');
  await page.goto(town.resident('/login'));
  await page.fill('input[name=mail]', login.login);
  await page.fill('input[name=password]', login.password);
  await Promise.all([page.waitForNavigation(), page.press('input[name=password]', 'Enter')]);
  if (page.url().includes('/login')) throw new Error(`could not sign in: ${page.url()}`);
  return login;
}
