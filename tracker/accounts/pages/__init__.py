"""Pages of people: signing in, one's own account, and who can sign in at all."""

from tracker.accounts.pages import account, people, sign_in

ROUTERS = (sign_in.router, account.leaving, account.router, people.router)
