import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readMail } from '../../src/modules/accounts/dev-mail';
import { mailFolder } from '../../src/platform/mail';
import type { TestApp } from './app';

export interface TestMail {
  readonly file: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Addresses in the text part, in their order. */
  readonly links: readonly string[];
  /** The whole file. */
  readonly raw: string;
}

/** The mails that have been written to an address. */
export async function mailsTo(app: TestApp, address: string): Promise<TestMail[]> {
  const folder = mailFolder(app.platform.config);
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(
    files.map(async (name): Promise<TestMail> => {
      const mail = await readMail(folder, name.slice(0, -'.eml'.length));
      if (!mail) throw new Error(`${name} is gone`);
      const parts = mail.lines.flat();
      return {
        file: mail.file,
        to: mail.to,
        subject: mail.subject,
        text: mail.lines
          .map((line) => line.map((part) => ('href' in part ? part.href : part.text)).join(''))
          .join('\n'),
        links: parts.flatMap((part) => ('href' in part ? [part.href] : [])),
        raw: await readFile(path.join(folder, name), 'utf8'),
      };
    }),
  );
  return mails.filter(({ to }) => to === address);
}

/** The path of the link in the one mail with this subject to an address. */
export async function linkIn(app: TestApp, address: string, subject: string): Promise<string> {
  const mails = (await mailsTo(app, address)).filter((mail) => mail.subject === subject);
  const [link, ...others] = [...new Set(mails.flatMap(({ links }) => links))];
  if (link === undefined || others.length > 0) {
    throw new Error(
      `${mails.length} mails “${subject}” to ${address} hold ${others.length + 1} links`,
    );
  }
  return new URL(link).pathname;
}
