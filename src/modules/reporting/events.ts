import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** A report that someone wished for by mail is ready: told once for a view and a period. */
export const reportDue = defineEvent('report.due', z.object({ reportId: z.string() }));
