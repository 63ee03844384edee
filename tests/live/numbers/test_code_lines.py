"""The code that is shown is the code that runs: the file's own lines, with the line that computes the term."""

from pathlib import Path
from typing import Any

import pytest

from live.numbers.code_lines import CODE, RETURN, ROOT, Line, code_of, excerpt, functions_of
from live.numbers.terms import TERMS
from models.aims import LIKELIHOODS
from models.errors import InputError
from models.objectives import OBJECTIVES

MEANT = {
    "log_likelihood:bernoulli": "bernoulli_log_likelihood(passed.logits, passed.x)",
    "log_likelihood:gaussian": "per_pixel = -0.5 *",
    "log_likelihood:gaussian-learnt": "per_pixel = -0.5 *",
    "log_likelihood:categorical": "torch.nn.functional.logsigmoid(passed.logits)",
    "kl": "torch.expm1(self.log_var)",
    "kl_draw": "log_ratio = passed.prior_log_prob()",
    "kl_off_capacity": "difference = kl.sum(dim=1) - weights.capacity",
    "mmd": "within - 2 * across",
}


def marked(found: dict[str, Any]) -> str:
    return "\n".join(text for number, text in found["lines"] if number in found["on"])


@pytest.mark.parametrize("term", CODE)
def test_the_lines_are_those_of_the_file_and_the_marked_one_computes_the_term(term: str) -> None:
    for line in CODE[term]:
        found = excerpt(line)
        source = (ROOT / found["file"]).read_text().splitlines()
        assert found["lines"]
        assert found["on"]
        for number, text in found["lines"]:
            assert source[number - 1].strip() == text.strip()
        assert '"""' not in "".join(text for _, text in found["lines"])
    assert MEANT[term] in marked(excerpt(CODE[term][0]))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_shows_the_line_that_returns_it(objective: str) -> None:
    for likelihood in LIKELIHOODS:
        terms = [term.name for term in TERMS.get(objective, ())]
        code = code_of(objective, terms, likelihood)
        assert code.keys() == {*terms, "objective"}
        assert "return" in marked(code["objective"][-1])
        assert Path(code["objective"][0]["file"]) == Path("models/objectives.py")


def test_an_objective_that_hands_its_work_on_shows_both() -> None:
    elbo, beta_elbo = "models.objectives.elbo", "models.objectives.beta_elbo"
    assert functions_of("elbo") == [elbo, beta_elbo]
    assert functions_of("beta-elbo") == [beta_elbo]


def test_a_line_that_is_gone_is_not_made_up() -> None:
    with pytest.raises(InputError, match=r"numbers\.no_line: objective=reconstruction_only, line=expm1"):
        excerpt(Line("models.objectives.reconstruction_only", "expm1"))
    assert "return" in marked(excerpt(Line("models.objectives.reconstruction_only", RETURN)))
