"""From many updates to one step: means that are exact in product space, robust ones, the outer
step, and the low-rank pairs written anew."""
