// Loaded with `-r` before heapprofiler begins. It asks V8 for the objects that are alive at the end only, which for
// a computation is next to nothing; these two options make it a profile of what was allocated.
{
  const { Session } = require('node:inspector');
  const { post } = Session.prototype;
  Session.prototype.post = function (this: unknown, method: string, ...rest: unknown[]): unknown {
    if (method === 'HeapProfiler.startSampling' && typeof rest[0] === 'object')
      rest[0] = { ...rest[0], includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
    return post.call(this, method, ...rest);
  };
}
