import { createAccounts } from './modules/accounts';
import { createAdmin } from './modules/admin';
import { createCatalogue } from './modules/catalogue';
import { certificatesOf, createCertificates } from './modules/certificates';
import { createEnrolling } from './modules/enrolling';
import { createLearning, findEnrolmentIn } from './modules/learning';
import { createNotifications, listMails } from './modules/notifications';
import { createOrganisations } from './modules/organisations';
import { createReporting, peopleLists } from './modules/reporting';
import { createTeaching } from './modules/teaching';
import { createBulk } from './platform/bulk';
import { type Config, loadConfig } from './platform/config';
import { connectDb, disconnectDb } from './platform/db';
import { logger } from './platform/logger';
import { prepareDatabase } from './platform/migrations';
import { createPlatform, type Platform, type Room } from './platform/platform';

/** Builds the rooms over a platform: the only place that knows them all. */
export function createRooms(platform: Platform): Room[] {
  const rooms: Room[] = [
    createAccounts(platform),
    createOrganisations(),
    createCatalogue(platform, { enrolmentOf: findEnrolmentIn }),
    createLearning(platform, { certificatesOf }),
    createCertificates(platform),
    createReporting(platform),
    createEnrolling(platform, { lists: peopleLists(platform.config.timeZone) }),
    createNotifications(platform),
    createTeaching(platform),
  ];
  return [
    ...rooms,
    createAdmin(platform, rooms, { listMails }),
    createBulk(rooms.flatMap(({ bulk }) => bulk ?? [])),
  ];
}

/** A process with everything that its door needs. */
export interface House {
  readonly config: Config;
  readonly platform: Platform;
  readonly rooms: readonly Room[];
  close(): Promise<void>;
}

/** Reads the settings, connects the database, builds the rooms and lets each prepare itself. */
export async function openHouse(): Promise<House> {
  const config = loadConfig();
  logger.level = config.logLevel;
  if (config.mongodbUri === undefined) throw new Error('MONGODB_URI is not set; npm start sets it');
  await connectDb(config.mongodbUri);
  const platform = createPlatform(config);
  const rooms = createRooms(platform);
  await prepareDatabase();
  await platform.keys.open();
  for (const room of rooms) await room.prepare?.();
  return {
    config,
    platform,
    rooms,
    close: async () => {
      await platform.close();
      await disconnectDb();
    },
  };
}
