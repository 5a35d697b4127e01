import type { Disagreement, ErrorKind, Route } from './governance-schemas.ts';

type Routes = Readonly<Record<ErrorKind, Route>>;

const all = (route: Route): Routes => ({
  mislabel: route,
  omission: route,
  extra: route,
  boundary: route,
  inconsistency: route,
});

/**
 * Why readers disagree says most; what is wrong with the label says what can be done about it. What the image does not show nobody can
 * learn or define: the panel decides. An open guideline or line between answers is closed in the protocol. Answers that contradict each other
 * are refused at entry by a rule of the protocol, whoever errs; and what a hand leaves out, a required field asks for. Where something
 * was seen and only its extent is disputed, the panel decides the case.
 */
const ROUTES_BY: Readonly<Record<Disagreement, Routes>> = {
  guideline_gap: all('protocol_change'),
  boundary: all('protocol_change'),
  perceptual_miss: { ...all('training'), boundary: 'adjudication', inconsistency: 'protocol_change' },
  image_quality: { ...all('adjudication'), inconsistency: 'protocol_change' },
  slip: { ...all('training'), omission: 'protocol_change', inconsistency: 'protocol_change' },
};

/** Where a kind of disagreement with a kind of error is put right. A person decides; this is what is proposed. */
export function routeOf(disagreement: Disagreement, errorKind: ErrorKind): Route {
  return ROUTES_BY[disagreement][errorKind];
}
