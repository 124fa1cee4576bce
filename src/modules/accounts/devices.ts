import { createHmac, timingSafeEqual } from 'node:crypto';
import bowser from 'bowser';
import { DAY } from '../../shared/clock';
import { randomToken } from '../../shared/ids';

/** Browsers keep a cookie for 400 days at most (RFC 6265bis). */
export const DEVICE_COOKIE_MS = 400 * DAY;

/** A device as it names itself; null where it does not say. */
export interface Device {
  id: string;
  browser: string | null;
  system: string | null;
}

/** Name of browser and system from a User-Agent header. */
export function describeDevice(userAgent: string | undefined): Omit<Device, 'id'> {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = bowser.parse(userAgent.slice(0, 500));
  return { browser: browser.name?.slice(0, 60) ?? null, system: os.name?.slice(0, 60) ?? null };
}

const sign = (secret: string, id: string): string =>
  createHmac('sha256', secret).update(`device ${id}`).digest('base64url');

/** The id in a device cookie of ours; undefined for anything else. */
export function readDeviceCookie(secret: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [id = '', signature = ''] = value.split('.');
  const expected = sign(secret, id);
  const fits =
    signature.length === expected.length &&
    timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  return fits ? id : undefined;
}

export const newDeviceId = (): string => randomToken(16);

export const deviceCookie = (secret: string, id: string): string => `${id}.${sign(secret, id)}`;
