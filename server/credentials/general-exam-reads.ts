// What other domains read of general exams.
export { findExam, findPass, type GeneralExam, listExamsOf, listOpenExams } from './general-exam-queries.ts';
