export const Events = () => <p>Events</p>
