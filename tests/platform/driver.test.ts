import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import mongoose from 'mongoose';
import { connectDb, disconnectDb, pingDb } from '../../src/platform/db';
import { mongodbUri } from '../support/services';

const sockets: Socket[] = [];
const note = (message: unknown) => sockets.push((message as { socket: Socket }).socket);

beforeAll(async () => {
  subscribe('net.client.socket', note);
  await connectDb(mongodbUri('driver'));
});
afterAll(async () => {
  unsubscribe('net.client.socket', note);
  await disconnectDb();
});

/** Each ask waits as long as it does for a site that is asked whether it is ready. */
async function answersAgain(): Promise<boolean> {
  for (let asked = 0; asked < 10; asked += 1) if (await pingDb()) return true;
  return false;
}

describe('connections that are destroyed, and have not said so yet: as when the engine is killed', () => {
  const ping = () => mongoose.connection.getClient().db().command({ ping: 1 });

  test('what is sent on one gets an error, and the next finds a database again', async () => {
    await ping();
    expect(sockets.length).toBeGreaterThan(1);
    // That by which the driver watches over the server is among them.
    for (const socket of sockets) socket.destroy();
    await expect(ping()).rejects.toThrow(/closed/);
    expect(await answersAgain()).toBe(true);
  });
});
