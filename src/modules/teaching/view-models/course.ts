import type { TaughtCourse, VersionInBrief } from '../../catalogue';
import type { VersionCounts } from '../../learning';
import { type Reader, wordsIn } from './reader';

export type Tab = 'versions' | 'people' | 'questions' | 'stops' | 'feedback';
const TABS: readonly Tab[] = ['versions', 'people', 'questions', 'stops', 'feedback'];

const PATHS: Record<Tab, string> = {
  versions: '',
  people: '/people',
  questions: '/questions',
  stops: '/stops',
  feedback: '/feedback',
};

export const hrefOf = ({ slug }: Pick<TaughtCourse, 'slug'>): string => `/teach/courses/${slug}`;

/** Head and tabs of every page of a course. */
export interface CourseHead {
  readonly title: string;
  readonly lang: string;
  readonly retired: boolean;
  readonly badge: { readonly text: string; readonly color: string; readonly icon: string } | null;
  readonly tabs: readonly {
    readonly text: string;
    readonly href: string;
    readonly current: boolean;
  }[];
}

export function toBadge(course: TaughtCourse, { t }: Pick<Reader, 't'>): CourseHead['badge'] {
  if (course.retiredAt) {
    return { text: t('teaching.state.retired'), color: 'warning', icon: 'archive' };
  }
  if (!course.published) {
    return { text: t('teaching.state.draft'), color: 'neutral', icon: 'file-pen' };
  }
  return { text: t('teaching.state.published'), color: 'success', icon: 'circle-check' };
}

export function toHead(course: TaughtCourse, current: Tab, reader: Reader): CourseHead {
  const { text: title, lang } = wordsIn(course.title, reader, course);
  return {
    title,
    lang,
    retired: course.retiredAt !== null,
    badge: toBadge(course, reader),
    tabs: TABS.map((tab) => ({
      text: reader.t(`teaching.tab.${tab}`),
      href: `${hrefOf(course)}${PATHS[tab]}`,
      current: tab === current,
    })),
  };
}

export interface VersionRow {
  readonly name: string;
  readonly when: string;
  readonly current: boolean;
  readonly people: string;
  readonly changesHref: string | null;
  readonly previewHref: string;
  readonly archiveHref: string;
}

export interface VersionsPage {
  readonly head: CourseHead;
  readonly draft: {
    readonly when: string;
    readonly previewHref: string;
    readonly changesHref: string | null;
    readonly publishHref: string;
    readonly archiveHref: string;
  } | null;
  readonly versions: readonly VersionRow[];
  readonly retireHref: string | null;
  readonly retired: string | null;
}

export const versionName = (
  version: Pick<VersionInBrief, 'number' | 'status'>,
  { t }: Pick<Reader, 't'>,
): string =>
  version.status === 'draft'
    ? t('teaching.version.draft')
    : t('teaching.version.name', { number: version.number ?? 0 });

export function toVersionsPage(
  course: TaughtCourse,
  versions: readonly VersionInBrief[],
  counts: ReadonlyMap<string, VersionCounts>,
  reader: Reader,
): VersionsPage {
  const { t, format } = reader;
  const base = hrefOf(course);
  const preview = (id: string) => `${base}/preview/${id}`;
  const archive = (id: string) => `${base}/versions/${id}/archive`;
  const { draft, published } = course;
  return {
    head: toHead(course, 'versions', reader),
    draft: draft && {
      when: t('teaching.version.draftFrom', { date: format.dateTime(draft.createdAt) }),
      previewHref: preview(draft.id),
      changesHref: published ? `${base}/changes/${published.id}/${draft.id}` : null,
      publishHref: `${base}/publish`,
      archiveHref: archive(draft.id),
    },
    versions: versions.map((version, index) => {
      const before = versions[index + 1];
      const { active, completed } = counts.get(version.id) ?? { active: 0, completed: 0 };
      return {
        name: versionName(version, reader),
        when: format.date(version.publishedAt ?? version.createdAt),
        current: version.id === published?.id,
        people: t('teaching.version.people', { active, completed }),
        changesHref: before ? `${base}/changes/${before.id}/${version.id}` : null,
        previewHref: preview(version.id),
        archiveHref: archive(version.id),
      };
    }),
    retireHref: published ? `${base}/retire` : null,
    retired:
      course.retiredAt && t('teaching.retired.since', { date: format.date(course.retiredAt) }),
  };
}
