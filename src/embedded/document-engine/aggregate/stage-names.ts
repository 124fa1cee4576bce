/** Every stage that MongoDB has: what is here but not built answers 238, anything else 40324. */
export const STAGE_NAMES: ReadonlySet<string> = new Set(
  (
    '$addFields $bucket $bucketAuto $changeStream $collStats $count $densify $documents $facet ' +
    '$fill $geoNear $graphLookup $group $indexStats $limit $listLocalSessions $listSessions ' +
    '$lookup $match $merge $out $planCacheStats $project $redact $replaceRoot $replaceWith ' +
    '$sample $search $searchMeta $set $setWindowFields $skip $sort $sortByCount $unionWith ' +
    '$unset $unwind $vectorSearch $currentOp $_internalInhibitOptimization'
  ).split(' '),
);
