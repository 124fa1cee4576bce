import { childrenOf, type Organisation } from '../../organisations';
import { ALL_COURSES, EVERYWHERE } from '../counts';
import type { Place } from '../policy';
import { type Figures, protectFigures, protectParts, type ShownFigures } from '../protect';
import { coursesAt, figuresOf, weeksOf } from '../queries/figures';
import { trendOf } from './pictures';
import { address, courseName, figure, placeName, type Reader } from './reader';

const FIGURES = ['enrolled', 'active', 'completed', 'overdue', 'certificates'] as const;

interface Bar {
  readonly text: string;
  readonly href: string | null;
  /** Of the longest bar, in per cent. */
  readonly length: number;
  /** The completed part of it, in per cent of the longest bar. */
  readonly done: number;
  readonly words: string;
}

/** A group of bars with their table. */
export interface Breakdown {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly table: object;
}

interface Line {
  readonly name: string;
  readonly href: string | null;
  readonly figures: ShownFigures;
}

function breakdown(
  title: string,
  label: string,
  lines: readonly Line[],
  reader: Reader,
): Breakdown {
  const { t, format } = reader;
  const most = Math.max(1, ...lines.map(({ figures }) => figures.enrolled ?? 0));
  const share = (value: number | null) => Math.round(((value ?? 0) / most) * 1000) / 10;
  const words = ({ enrolled, completed }: ShownFigures): string => {
    if (enrolled === null) return t('reporting.notShown');
    if (completed === null) return t('reporting.bar.enrolled', { enrolled });
    return t('reporting.bar.words', {
      completed: format.number(completed),
      enrolled,
      percent: format.percent(enrolled === 0 ? 0 : (completed / enrolled) * 100),
    });
  };
  return {
    title,
    bars: lines.map(({ name, href, figures }) => ({
      text: name,
      href,
      length: share(figures.enrolled),
      done: share(figures.completed),
      words: words(figures),
    })),
    table: {
      columns: [
        { label, rowHeader: true },
        ...FIGURES.map((name) => ({ label: t(`reporting.figure.${name}`), numeric: true })),
      ],
      rows: lines.map(({ name, href, figures }) => [
        href === null ? name : { text: name, href },
        ...FIGURES.map((each) => figure(figures[each], reader)),
      ]),
    },
  };
}

/** Organisations right below a place; one root alone is passed over. */
async function below({ node }: Place): Promise<Organisation[]> {
  if (node !== EVERYWHERE) return childrenOf(node);
  const roots = await childrenOf(null);
  const [only] = roots;
  return only && roots.length === 1 ? childrenOf(only.id) : roots;
}

async function places(place: Place, course: string, reader: Reader, today: string) {
  const children = await below(place);
  const subjects = children.map(({ id }) => ({ node: id, course }));
  const figures = await figuresOf(subjects, today);
  const lines = children.map((child, i) => ({
    child,
    figures: figures[i] as Figures,
    name: placeName(child, reader),
    href: address('/staff', {
      node: child.id,
      course: course === ALL_COURSES ? undefined : course,
    }),
  }));
  const groups = new Map<Organisation['kind'], typeof lines>();
  for (const line of lines) {
    groups.set(line.child.kind, [...(groups.get(line.child.kind) ?? []), line]);
  }
  return [...groups].map(([kind, own]) =>
    breakdown(
      t(reader, kind),
      reader.t('reporting.column.organisation'),
      own.sort((a, b) => b.figures.enrolled - a.figures.enrolled),
      reader,
    ),
  );
}

const t = (reader: Reader, kind: Organisation['kind']): string => reader.t(`reporting.by.${kind}`);

async function courses(
  place: Place,
  slugs: readonly string[],
  chosen: string | undefined,
  reader: Reader,
  today: string,
): Promise<Breakdown> {
  const subjects = slugs.map((course) => ({ node: place.node, course }));
  const figures = await figuresOf(subjects, today);
  const shown = place.part.people ? figures : protectCourses(figures);
  const lines: Line[] = [];
  for (const [i, slug] of slugs.entries()) {
    const linked = place.part.people && slug !== chosen;
    lines.push({
      name: await courseName(slug, reader),
      href: linked ? address('/staff', { node: place.node, course: slug }) : null,
      figures: shown[i] as ShownFigures,
    });
  }
  const { t: say } = reader;
  return breakdown(say('reporting.by.course'), say('reporting.column.course'), lines, reader);
}

/** A course whose people are too few to be shown shows nothing else either. */
function protectCourses(figures: readonly Figures[]): ShownFigures[] {
  const columns = new Map(FIGURES.map((name) => [name, protectParts(figures.map((f) => f[name]))]));
  return figures.map((each, i) => {
    const own = protectFigures(each);
    const shown = (name: (typeof FIGURES)[number]) =>
      own[name] === null ? null : (columns.get(name)?.[i] ?? null);
    const enrolled = shown('enrolled');
    return {
      enrolled,
      active: enrolled === null ? null : shown('active'),
      completed: enrolled === null ? null : shown('completed'),
      overdue: enrolled === null ? null : shown('overdue'),
      certificates: enrolled === null ? null : shown('certificates'),
    };
  });
}

/** What views/reporting/overview.ejs shows. */
export async function toOverviewPage(
  place: Place,
  query: { course?: string | undefined },
  reader: Reader,
  today: string,
) {
  const { people } = place.part;
  const slugs = await coursesAt(place.node);
  const chosen = people && query.course && slugs.includes(query.course) ? query.course : undefined;
  const course = chosen ?? ALL_COURSES;
  const subject = { node: place.node, course };
  const [[own], byPlace, byCourse, weeks] = await Promise.all([
    figuresOf([subject], today),
    people ? places(place, course, reader, today) : [],
    slugs.length > 0 ? courses(place, slugs, chosen, reader, today) : null,
    people ? weeksOf(subject, today) : null,
  ]);
  const figures = own as Figures;
  const shown: ShownFigures = people ? figures : protectFigures(figures);
  const listHref = (state?: string) =>
    address('/staff/people', { node: place.node, course: chosen, state });
  const hrefs: Partial<Record<(typeof FIGURES)[number], string>> = people
    ? { enrolled: listHref(), completed: listHref('completed'), overdue: listHref('overdue') }
    : {};
  return {
    title: placeName(place.organisation, reader),
    courseTitle: chosen === undefined ? null : await courseName(chosen, reader),
    allCoursesHref: address('/staff', { node: place.node }),
    parts: place.parts.map((part) => ({
      text: placeName(part.organisation, reader),
      href: address('/staff', { node: part.node }),
      current: part.node === place.part.node,
    })),
    isEmpty: figures.enrolled === 0,
    numbersOnly: !people,
    stats: FIGURES.map((name) => ({
      label: reader.t(`reporting.figure.${name}`),
      value: figure(shown[name], reader),
      href: hrefs[name] ?? null,
    })),
    listHref: people ? listHref() : null,
    places: byPlace,
    courses: byCourse,
    trend: weeks && trendOf(weeks, reader),
  };
}
