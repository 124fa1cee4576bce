/** What can be done to many certificates at once. */
export const BULK_ACTS = ['revoke', 'suspend', 'reinstate', 'remake'] as const;
export type BulkAct = (typeof BULK_ACTS)[number];
