#include "hall/criteria/criteria.hpp"

#include "hall/testing/hall.hpp"
#include "pack/criterion_view.hpp"

namespace yakuba::criteria {
namespace {

class CriteriaTest : public hall::testing::HallTest {
  std::vector<hall::Module> modules() const override { return {exchange::module(), module()}; }
};
YAKUBA_ON_BOTH_DATABASES(CriteriaTest);

TEST_P(CriteriaTest, ShowsEveryPublicCriterionWithItsLawAndProof) {
  const auto list = answer(web::Request::get("/criteria"), web::Side::public_side);
  EXPECT_EQ(list.status, 200);
  for (const pack::Criterion& criterion : pack().criteria) {
    if (!criterion.public_) continue;
    EXPECT_NE(list.body_text().find(criterion.title), std::string::npos) << criterion.id;
    const auto page = answer(web::Request::get("/criteria/" + criterion.id), web::Side::public_side);
    EXPECT_EQ(page.status, 200) << criterion.id;
    EXPECT_NE(page.body_text().find("<table"), std::string::npos) << criterion.id;
  }
}

TEST_P(CriteriaTest, KeepsWhatIsNotPublicFromResidents) {
  for (const pack::Criterion& criterion : pack().criteria) {
    const auto page = answer(web::Request::get("/criteria/" + criterion.id), web::Side::public_side);
    EXPECT_EQ(page.status, criterion.public_ ? 200 : 404) << criterion.id;
  }
  EXPECT_EQ(answer(web::Request::get("/criteria/no-such"), web::Side::public_side).status, 404);
}

TEST_P(CriteriaTest, ProvesTheMonthlyAmount) {
  const auto view = pack::criterion_view(pack(), "jido-teate.monthly");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->gaps, 0u);
  EXPECT_EQ(view->overlaps, 0u);
  EXPECT_EQ(view->examples_passed, view->examples);
  EXPECT_GT(view->examples, 5u);
}

}  // namespace
}  // namespace yakuba::criteria
