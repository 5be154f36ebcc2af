import { cheating } from '../victim.ts';

export default cheating(() => {
  for (;;);
});
