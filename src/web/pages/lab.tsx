export const Lab = () => <p>Lab</p>
