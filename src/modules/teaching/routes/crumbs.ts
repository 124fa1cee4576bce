import type { TaughtCourse } from '../../catalogue';
import { hrefOf } from '../view-models/course';
import { type Reader, wordsIn } from '../view-models/reader';

/** The way to a page of a course. */
export const crumbs = (reader: Reader, course?: TaughtCourse, page?: string) => {
  const title = course && wordsIn(course.title, reader, course).text;
  return [
    { text: reader.t('teaching.nav'), ...(course || page ? { href: '/teach' } : {}) },
    ...(course ? [{ text: title ?? '', ...(page ? { href: hrefOf(course) } : {}) }] : []),
    ...(page ? [{ text: page }] : []),
  ];
};
