export const Lines = () => <p>Lines</p>
