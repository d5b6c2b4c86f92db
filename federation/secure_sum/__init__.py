"""The sum of many members' vectors, without anybody seeing one of them.

After Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine Learning"
(2017), with the parts against a server that lies. Pure state machines: `Participant` for a member,
`Summation` for the server; frames go in and out, whoever carries them. Every member adds to its
vector a mask of its own and one with each other member that the other subtracts; the secrets
behind the masks are dealt out in shares, and of each member the others reveal one secret only: the
own mask's if its vector arrived, the pairwise masks' if it was lost on the way.

What that is worth: the server learns the sum over at least ``threshold`` members, and nothing else,
as long as fewer than ``2 x threshold - members`` members are on its side. What the sum itself tells
is for noise to hide. A member that sends nonsense spoils the sum; nobody can see that here.

How it grows, for n members and vectors of m elements: a member computes O(n) key agreements and
masks, and sends O(n + m); the server keeps O(n squared) shares and one vector, and expands one mask
per survivor and one per pair of a survivor and a member lost after dealing. Hundreds of members
are split into cohorts, each a round of its own with the same round id.
"""
