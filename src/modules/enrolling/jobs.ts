import { z } from 'zod';
import { defineJob } from '../../platform/queue';
import { acceptWithAccount } from './service/answer-offer';

/** Someone opened the account that was made for them. */
export const acceptOffers = defineJob({
  name: 'enrolling.accept-offers',
  schema: z.object({ userId: z.string() }),
  handle: async ({ userId }) => acceptWithAccount(userId),
});
