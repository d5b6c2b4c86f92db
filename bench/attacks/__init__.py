"""What a federation gives away, and what spoils it: attacks on real authors' devices."""
