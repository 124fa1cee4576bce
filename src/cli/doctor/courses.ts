import { access } from 'node:fs/promises';
import path from 'node:path';
import { checkCourse, courseFolders } from '../../modules/catalogue';
import type { Config } from '../../platform/config';
import { counted, type Finding, good, mend } from './finding';

export async function courses({ coursesDir }: Config): Promise<Finding[]> {
  const isThere = await access(coursesDir).then(
    () => true,
    () => false,
  );
  if (!isThere)
    return [mend(`There is no folder of courses ${coursesDir}`, 'make it, or set KELAS_COURSES')];
  const folders = await courseFolders(coursesDir);
  const findings: Finding[] = [];
  for (const dir of folders) {
    const { length } = await checkCourse(dir);
    if (length === 0) continue;
    findings.push(
      mend(
        `The course ${path.basename(dir)} has ${counted(length, 'fault')}`,
        `npm run kelas -- course check ${path.relative(process.cwd(), dir)} lists them`,
      ),
    );
  }
  return findings.length > 0
    ? findings
    : [good(`${folders.length} course folders without a fault`)];
}
