import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import nodemailer from 'nodemailer';
import type { Config } from '../config';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Language tag of the text. */
  lang: string;
  /** Unique per fact: part of Message-ID, so that a mail sent twice is one mail to the reader's program. */
  key: string;
  attachments?: readonly { filename: string; contentType: string; content: Buffer }[];
}

export interface Mailer {
  /** Resolves when the mail server, or the disk, has taken it. */
  send(mail: Mail): Promise<void>;
}

const HEADERS = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** By SMTP when there is a server, otherwise as .eml files in data/mail. */
export const createMailer = (config: Config): Mailer =>
  config.smtpUrl === undefined ? fileMailer(config) : smtpMailer(config, config.smtpUrl);

const compose = (mail: Mail, config: Config) => ({
  from: config.mailFrom,
  to: mail.to,
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  messageId: `<${mail.key}@${new URL(config.baseUrl).hostname}>`,
  attachments: [...(mail.attachments ?? [])],
  headers: { ...HEADERS, 'Content-Language': mail.lang },
});

/** A mail server that hangs is given up well before another try may take the mail over. */
const LIMITS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 30_000 };

function smtpMailer(config: Config, url: string): Mailer {
  const transport = nodemailer.createTransport({ url, ...LIMITS });
  return {
    async send(mail) {
      await transport.sendMail(compose(mail, config));
    },
  };
}

/** One file a mail, named by its key: the same fact written twice is one file. */
function fileMailer(config: Config): Mailer {
  const folder = mailFolder(config);
  const transport = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'unix',
  });
  return {
    async send(mail) {
      const { message } = await transport.sendMail(compose(mail, config));
      const target = path.join(folder, `${mail.key.replaceAll(/[^a-zA-Z0-9-]/g, '_')}.eml`);
      const draft = `${target}.${randomUUID()}.part`;
      await writeIn(folder, draft, message as Buffer);
      await rename(draft, target);
    },
  };
}

/** Writes a file; its folder is made when it is not there. */
async function writeIn(folder: string, file: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true });
    await writeFile(file, bytes);
  }
}

export const mailFolder = (config: Config): string => path.join(config.dataDir, 'mail');
