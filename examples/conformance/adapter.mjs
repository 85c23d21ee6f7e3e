export default ({ url }) => ({
  /** Opens a new rollout with one host, and returns its Pending record. `number` counts from 1. */
  async open({ policy, number }) {
    const response = await fetch(`${url}/test/rollouts`, { method: 'POST', body: JSON.stringify({ policy, number }) });
    return await response.json();
  },

  /** The current record, or its readable fields: at least `state` and `lastEventSeq`. */
  async read({ rolloutId, hostname }) {
    const query = new URLSearchParams({ rolloutId, hostname });
    const response = await fetch(`${url}/test/mirror?${query}`);
    return await response.json();
  },
});
